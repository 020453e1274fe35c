import { counted } from '../text/listed.ts';
import { nameList } from './names.ts';
import type { CheckReport } from './report.ts';

const NODES_NAMED = 4;
/** More reasons than these would push what is wrong off the screen. */
const FEW = 4;
const MANY = 40;

/**
 * Why rules were not judged: `Skipped: ipv6-forwarding: the cluster has no IPv6`, one line per reason and set of nodes, the most frequent
 * first. Nodes are named only where it is not all of the judged ones; those that were skipped as a whole stand in the table.
 * @param all each reason, however many; else a few, or how many rules there are
 */
export function skippedRules(
  { nodes }: { nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[] },
  all: boolean,
): string[] {
  const judged = nodes.filter(({ findings }) => findings.length > 0);
  const cases = judged.flatMap(({ name, findings }) => {
    const skipped = findings.filter(({ verdict }) => verdict === 'skip');
    return [...Map.groupBy(skipped, ({ message }) => message)].map(([message, group]) => {
      const rules = group.map(({ rule }) => rule);
      return { name, rules, text: `${rules.join(', ')}: ${message}` };
    });
  });
  const groups = [...Map.groupBy(cases, ({ text }) => text)].sort(([, a], [, b]) => b.length - a.length);
  if (!all && groups.length > FEW) {
    const rules = new Set(cases.flatMap((one) => one.rules));
    return [`Skipped: ${counted(rules.size, 'rule')}, not applicable or waiting for another rule (-o wide says why)`];
  }
  const lines = groups.slice(0, MANY).map(([text, group]) => {
    const names = group.map(({ name }) => name);
    return `Skipped${names.length < judged.length ? ` on ${nameList(names, NODES_NAMED)}` : ''}: ${text}`;
  });
  const rest = groups.length - MANY;
  return rest > 0 ? [...lines, `Skipped for ${counted(rest, 'more reason')}: -o json has them all`] : lines;
}
