import { nameList } from './names.ts';
import type { CheckReport } from './report.ts';

const NODES_NAMED = 4;
const LINES = 6;

/**
 * Why rules were not judged: `Skipped: ipv6-forwarding: the cluster has no IPv6`, one line per reason and set of nodes, the most frequent
 * first. Nodes are named only where it is not all of the judged ones; those that were skipped as a whole stand in the table.
 */
export function skippedRules({
  nodes,
}: {
  nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[];
}): string[] {
  const judged = nodes.filter(({ findings }) => findings.length > 0);
  const cases = judged.flatMap(({ name, findings }) => {
    const skipped = findings.filter(({ verdict }) => verdict === 'skip');
    return [...Map.groupBy(skipped, ({ message }) => message)].map(([message, group]) => {
      return { name, text: `${group.map(({ rule }) => rule).join(', ')}: ${message}` };
    });
  });
  const groups = [...Map.groupBy(cases, ({ text }) => text)].sort(([, a], [, b]) => b.length - a.length);
  const lines = groups.slice(0, LINES).map(([text, group]) => {
    const names = group.map(({ name }) => name);
    return `Skipped${names.length < judged.length ? ` on ${nameList(names, NODES_NAMED)}` : ''}: ${text}`;
  });
  const rest = groups.length - LINES;
  return rest > 0 ? [...lines, `Skipped for ${rest} more reasons: -o json has them all`] : lines;
}
