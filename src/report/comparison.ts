import { hang } from '../text/wrap.ts';
import { tableLines } from './columns.ts';
import type { ChangedNode } from './fix-report.ts';
import type { ReportFinding } from './report.ts';
import { arrow } from './steps.ts';
import { symbol, type Terminal, tint } from './terminal.ts';

const INDENT = 4;
const LAYOUT = [
  { head: 'FINDING', wraps: false },
  { head: 'VERDICT', wraps: false },
  { head: 'NOW', wraps: true },
  { head: 'AFTER REBOOT', wraps: true },
];

/**
 * A node's findings before and after, one row for each whose verdict changed or that still does not pass. Empty if there is none, or if the node
 * was not checked again.
 */
export function comparisonLines({ outcome, before, after }: ChangedNode, terminal: Terminal): string[] {
  const rows = (after ?? [])
    .map((is) => ({ was: before.find(({ rule }) => rule === is.rule), is }))
    .filter(({ was, is }) => differs(was, is) || (outcome !== 'unchanged' && !['pass', 'skip'].includes(is.verdict)))
    .map(({ was, is }) => {
      const cell = (of: (finding: ReportFinding) => string) => change(was && of(was), of(is), terminal);
      const verdict = `${symbol(is.verdict, terminal)} ${cell((finding) => finding.verdict)}`;
      return [
        is.rule,
        tint(is.verdict, verdict, terminal),
        cell(({ now }) => now.actual ?? (now.verdict === 'skip' ? '-' : 'unknown')),
        cell(({ boot }) => (boot ? (boot.actual ?? 'unknown') : '-')),
      ];
    });
  if (rows.length === 0) return [];
  const columns = terminal.columns === undefined ? undefined : terminal.columns - INDENT;
  // If the terminal is too narrow for columns, each finding is a line.
  const lines =
    tableLines(LAYOUT, rows, columns) ?? rows.flatMap(([rule, verdict]) => hang('', `${rule} ${verdict}`, 2, columns));
  return lines.map((line) => ' '.repeat(INDENT) + line);
}

function differs(was: ReportFinding | undefined, is: ReportFinding): boolean {
  // Changes of what the cluster does not need do not matter. A value that changed, but not its verdict, is a counter such as conntrack's.
  if (was?.verdict === 'skip' && is.verdict === 'skip') return false;
  return was?.verdict !== is.verdict || was.now.verdict !== is.now.verdict || was.boot?.verdict !== is.boot?.verdict;
}

function change(was: string | undefined, is: string, terminal: Terminal): string {
  return was === undefined || was === is ? is : `${was} ${arrow(terminal)} ${is}`;
}
