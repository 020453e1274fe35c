import { counted } from '../text/listed.ts';
import { nameList } from './names.ts';
import type { CheckReport, ReportFinding } from './report.ts';

const NODES_NAMED = 4;
/** The most reasons to show: more would push the problems off the screen. */
const FEW = 4;
const MANY = 40;

interface Judged {
  nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[];
}

/**
 * Why rules were not judged: `Skipped: ipv6-forwarding: the cluster has no IPv6`.
 * @param all every reason; otherwise only a few, and no count of the others: with the number of checked rules, which differs from
 * node to node, it would not add up
 * @param hint where the reader finds the reasons
 */
export function skippedRules(report: Judged, all: boolean, hint = ' (-o wide says which, and why)'): string[] {
  const lines = linesOf(report, 'Skipped', ({ verdict }) => verdict === 'skip');
  if (all || lines.length <= FEW) return lines;
  return [`Skipped: rules that do not apply, or cannot be judged before another rule passes${hint}`];
}

/** Info rules that are not met or unknown. @param all also what was found; otherwise only the rules */
export function onlyShown(report: Judged, all: boolean): string[] {
  const label = 'Only shown, never a warning';
  if (all) return linesOf(report, label, isOnlyShown);
  const findings = report.nodes.flatMap((node) => node.findings.filter(isOnlyShown));
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.length === 0 ? [] : [`${label}: ${rules.join(', ')} (-o wide says what was found)`];
}

/** Whether a rule that never warns has a finding to show. */
export function isOnlyShown({ severity, verdict, now, boot }: ReportFinding): boolean {
  if (severity !== 'info' || verdict === 'skip') return false;
  return [now, boot].some((state) => state?.verdict === 'fail' || state?.verdict === 'unknown');
}

/**
 * One line per message and set of nodes, the most frequent first. Nodes are named only if not all judged nodes are meant; skipped
 * nodes are in the table.
 */
function linesOf({ nodes }: Judged, label: string, belongs: (finding: ReportFinding) => boolean): string[] {
  const judged = nodes.filter(({ findings }) => findings.length > 0);
  const cases = judged.flatMap(({ name, findings }) =>
    [...Map.groupBy(findings.filter(belongs), ({ message }) => message)].map(([message, group]) => {
      return { name, text: `${group.map(({ rule }) => rule).join(', ')}: ${message}` };
    }),
  );
  const groups = [...Map.groupBy(cases, ({ text }) => text)].sort(([, a], [, b]) => b.length - a.length);
  const lines = groups.slice(0, MANY).map(([text, group]) => {
    const names = group.map(({ name }) => name);
    return `${label}${names.length < judged.length ? ` on ${nameList(names, NODES_NAMED)}` : ''}: ${text}`;
  });
  const rest = groups.length - MANY;
  return rest > 0 ? [...lines, `${label}: ${counted(rest, 'more reason')}; -o json has them all`] : lines;
}
