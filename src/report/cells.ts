import type { State, Verdict } from '../judge/finding.ts';
import type { NodeReport, ReportFinding } from './report.ts';

/** Headings of the columns that show what a node lacks. */
export const MISSING_NOW = 'MISSING NOW';

/** The heading of what the next boot lacks. An image has not booted yet. */
export function missingAtBoot(nodes: readonly Pick<NodeReport, 'image'>[]): string {
  return nodes.some(({ image }) => image !== undefined) ? 'MISSING AT FIRST BOOT' : 'MISSING AFTER REBOOT';
}

/** One node's cells in the tables. In the default table, nodes with equal cells share a row. */
export interface NodeCells {
  verdict: Verdict;
  now: string;
  /** Absent if the next boot of no node was judged. */
  boot?: string;
}

/**
 * Makes the cells of one node.
 * @param withBoot whether the table has a column for the next boot
 * @param counts if nothing is missing, show how many rules were checked; otherwise a dash
 */
export function nodeCells(node: NodeReport, withBoot: boolean, counts = true): NodeCells {
  const { verdict, findings } = node;
  if (findings.length === 0) {
    const now = verdict === 'skip' ? (node.reason ?? '-') : 'unknown';
    return { verdict, now, ...(withBoot ? { boot: verdict === 'skip' ? '-' : 'unknown' } : {}) };
  }
  if (!withBoot) return { verdict, now: stateCell(node, findings.map(overall), counts) };
  return {
    verdict,
    now: stateCell(node, findings.map(nowOf), counts),
    boot: stateCell(node, findings.map(bootOf), counts),
  };
}

/** The cell for the next boot of a node with findings, and what decides it: a line of a file, or a program. */
export function decidedBoot(node: NodeReport): string {
  const boots = node.findings.map((finding) => {
    const judged = bootOf(finding);
    return { ...judged, rule: judged.rule + deciding(finding.boot?.source) };
  });
  return stateCell(node, boots, false);
}

interface Judged {
  rule: string;
  verdict: Verdict;
  /** Whether it affects the node's verdict. */
  problem: boolean;
  /** Shown in parentheses after the problem, unless the row already says it. */
  said: Verdict;
}

/** Without a column for the boot, this column has everything that makes the node's verdict. */
function overall({ rule, verdict }: ReportFinding): Judged {
  return { rule, verdict, problem: verdict === 'fail' || verdict === 'unknown' || verdict === 'warn', said: verdict };
}

function nowOf(finding: ReportFinding): Judged {
  const { verdict } = finding.now;
  const problem = finding.severity !== 'info' && (verdict === 'fail' || verdict === 'unknown');
  return { rule: finding.rule, verdict, problem, said: finding.verdict };
}

function bootOf(finding: ReportFinding): Judged {
  // A rule that does not judge the boot is not unknown there.
  const verdict = finding.boot?.verdict ?? 'skip';
  const problem =
    (verdict === 'fail' && finding.severity !== 'info') || (verdict === 'unknown' && finding.severity === 'required');
  return { rule: finding.rule, verdict, problem, said: verdict === 'unknown' ? verdict : finding.verdict };
}

function stateCell(node: NodeReport, judged: readonly Judged[], counts: boolean): string {
  const problems = judged.filter(({ problem }) => problem);
  const missing = problems
    .filter(({ verdict }) => verdict !== 'unknown')
    .map(({ rule, said }) => (said === node.verdict || said === 'unknown' ? rule : `${rule} (${said})`));
  // Unknown is not missing.
  const unknown = problems.filter(({ verdict }) => verdict === 'unknown').map(({ rule }) => rule);
  if (problems.length > 0) {
    return [missing.join(', '), unknown.length > 0 ? `unknown: ${unknown.join(', ')}` : ''].filter(Boolean).join('; ');
  }
  // An info rule that is not met, or was not read, is neither a problem nor a pass.
  const counted = judged.filter(({ verdict }) => verdict === 'pass').length;
  return counted === 0 || !counts ? '-' : `nothing (${counted} checked)`;
}

/** What decides the boot, in parentheses. */
function deciding(source: State['source']): string {
  if (source === undefined) return '';
  if ('agent' in source) return ` (${source.agent})`;
  return ` (${source.line === undefined ? source.file : `${source.file}:${source.line}`})`;
}
