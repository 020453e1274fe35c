/** Marks every pod of this program, whoever runs it. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'kubectl-netprereq' } as const;
/** Its value is the run's id. */
export const RUN_LABEL = 'netprereq.io/run';
/** On pods that change their node; its value is what they do: apply or undo. */
export const CHANGE_LABEL = 'netprereq.io/changes';
/** The node's name: a label's value is too short for it. */
export const NODE_ANNOTATION = 'netprereq.io/node';

/** The selector of all pods of this program, or of one run's. */
export function podSelector(run?: string): string {
  const labels: Record<string, string> = { ...MANAGED_BY, ...(run !== undefined && { [RUN_LABEL]: run }) };
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
