import { writeFileSync } from 'node:fs';
import type { Pod } from '../../test/support/objects.ts';
import type { DemoCluster } from './cluster.ts';

/**
 * Checks the cluster and writes each node's answer to `file`, for machines without namespaces. Only what nodes in namespaces answered is
 * recorded: refuses when one of them is not.
 * @param check runs the command, its output discarded
 * @returns an exit code
 */
export async function recordAnswers(
  { standIn, recorded }: DemoCluster,
  file: URL,
  check: () => Promise<number>,
): Promise<number> {
  const [missing] = recorded;
  if (missing) throw new Error(`nothing was recorded: ${missing.reason}`);
  const answers: Record<string, string> = {};
  standIn.store.subscribe(({ resource, object }) => {
    if (resource !== 'pods') return;
    const { spec, status } = object as Pod;
    const message = status.containerStatuses?.[0]?.state.terminated?.message;
    if (message) answers[spec.nodeName ?? ''] = message;
  });
  await check();
  const sorted = Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
  return 0;
}
