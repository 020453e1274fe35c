import { type State, VERDICTS, type Verdict } from '../judge/finding.ts';
import type { NodeReport, ReportFinding } from './report.ts';

/** What the default table says of one node; nodes that agree in all of it share a row. */
export interface NodeCells {
  verdict: Verdict;
  now: string;
  /** Absent when no boot was judged on any node. */
  boot?: string;
}

/**
 * Says of one node what its row in the default table shows.
 * @param withBoot whether the table has a column for the next boot
 */
export function nodeCells(node: NodeReport, withBoot: boolean): NodeCells {
  const { verdict, findings } = node;
  if (findings.length === 0) return { verdict, now: notJudged(node), ...(withBoot ? { boot: '-' } : {}) };
  if (!withBoot) return { verdict, now: stateCell(node, findings.map(overall)) };
  return { verdict, now: stateCell(node, findings.map(nowOf)), boot: stateCell(node, findings.map(bootOf)) };
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
  const verdict = finding.boot?.verdict ?? (finding.verdict === 'skip' ? 'skip' : 'unknown');
  const problem =
    (verdict === 'fail' && finding.severity !== 'info') || (verdict === 'unknown' && finding.severity === 'required');
  return { rule: finding.rule, verdict, problem, said: verdict === 'unknown' ? verdict : finding.verdict };
}

function stateCell(node: NodeReport, judged: readonly Judged[]): string {
  const problems = judged.filter(({ problem }) => problem);
  if (problems.length > 0) {
    return problems.map(({ rule, said }) => (said === node.verdict ? rule : `${rule} (${said})`)).join(', ');
  }
  const counted = judged.filter(({ verdict }) => verdict !== 'skip').length;
  return counted === 0 ? '-' : `${counted} of ${counted}`;
}

function notJudged(node: NodeReport): string {
  return node.verdict === 'skip' ? (node.reason ?? 'nothing applies') : 'not judged';
}

/** A few words on a node's findings, for one row per node: the rules by verdict. */
export function findingsCell(node: NodeReport): string {
  if (node.findings.length === 0) return '-';
  return VERDICTS.map((verdict) => ({ verdict, rules: rulesOf(node, verdict) }))
    .filter(({ rules }) => rules.length > 0)
    .map(({ verdict, rules }) =>
      verdict === 'pass' || verdict === 'skip' ? `${rules.length} ${verdict}` : `${verdict}: ${rules.join(', ')}`,
    )
    .join('; ');
}

/** A few words on what decides a node's next boot, for one row per node: the rules by verdict, each with the line or the program. */
export function bootCell(node: NodeReport): string {
  const judged = node.findings.flatMap(({ rule, boot }) =>
    boot && boot.verdict !== 'skip' ? [{ rule, ...boot }] : [],
  );
  if (judged.length === 0) return '-';
  return VERDICTS.map((verdict) => ({ verdict, states: judged.filter((state) => state.verdict === verdict) }))
    .filter(({ states }) => states.length > 0)
    .map(
      ({ verdict, states }) =>
        `${verdict}: ${states.map(({ rule, source }) => `${rule}${decided(source)}`).join(', ')}`,
    )
    .join('; ');
}

function decided(source: State['source']): string {
  if (source === undefined) return '';
  if ('agent' in source) return ` (${source.agent})`;
  return ` (${source.line === undefined ? source.file : `${source.file}:${source.line}`})`;
}

function rulesOf(node: NodeReport, verdict: Verdict): string[] {
  return node.findings.filter((finding) => finding.verdict === verdict).map((finding) => finding.rule);
}
