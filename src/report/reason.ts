import type { NodeReport } from './report.ts';

/** Why a node was skipped or could not be judged, the same in every format. */
export function reasonOf({ reason = 'no reason is known' }: Pick<NodeReport, 'reason'>): string {
  return reason;
}
