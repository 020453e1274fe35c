import type { State, Verdict } from '../judge/finding.ts';
import type { NodeReport, ReportFinding } from './report.ts';

/** Heads of the columns that say what a node lacks. */
export const MISSING_NOW = 'MISSING NOW';
export const MISSING_AFTER_REBOOT = 'MISSING AFTER REBOOT';

/** What the tables say of one node; in the default one, nodes that agree in all of it share a row. */
export interface NodeCells {
  verdict: Verdict;
  now: string;
  /** Absent when no boot was judged on any node. */
  boot?: string;
}

/**
 * Says of one node what its row in a table shows.
 * @param withBoot whether the table has a column for the next boot
 * @param counts how many rules were checked, where nothing is missing; else a dash
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

/** The cell of the next boot of a node with findings, and what decides it: the line of a file, or a program. */
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
  /** Whether it weighs on the node's verdict. */
  problem: boolean;
  /** Said of a problem in parentheses, unless the row says it already. */
  said: Verdict;
}

/** Without a column for the boot, everything that makes a node's verdict stands in the one that there is. */
function overall({ rule, verdict }: ReportFinding): Judged {
  return { rule, verdict, problem: verdict === 'fail' || verdict === 'unknown' || verdict === 'warn', said: verdict };
}

function nowOf(finding: ReportFinding): Judged {
  const { verdict } = finding.now;
  const problem = finding.severity !== 'info' && (verdict === 'fail' || verdict === 'unknown');
  return { rule: finding.rule, verdict, problem, said: finding.verdict };
}

function bootOf(finding: ReportFinding): Judged {
  // A rule that says nothing of the boot is none that could not be judged.
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
  // Not known is not missing.
  const unknown = problems.filter(({ verdict }) => verdict === 'unknown').map(({ rule }) => rule);
  if (problems.length > 0) {
    return [missing.join(', '), unknown.length > 0 ? `unknown: ${unknown.join(', ')}` : ''].filter(Boolean).join('; ');
  }
  // What is only shown, and is not as it should be or was not read, is no problem, and no pass.
  const counted = judged.filter(({ verdict }) => verdict === 'pass').length;
  return counted === 0 || !counts ? '-' : `nothing (${counted} checked)`;
}

/** What decides a boot, in parentheses. */
function deciding(source: State['source']): string {
  if (source === undefined) return '';
  if ('agent' in source) return ` (${source.agent})`;
  return ` (${source.line === undefined ? source.file : `${source.file}:${source.line}`})`;
}
