import { textWidth } from '../text/wrap.ts';
import { bootCell, findingsCell } from './cells.ts';
import type { CommandCompleter } from './command-completer.ts';
import { notes, summaryLines } from './notes.ts';
import type { CheckReport, NodeReport } from './report.ts';
import { type Terminal, verdictLabel } from './terminal.ts';

const HEADS = ['NODE', 'VERDICT', 'FINDINGS', 'KERNEL', 'OS', 'ARCH', 'RUNTIME'];

/**
 * One row per node on one line each, however wide, as kubectl's -o wide: no row is wrapped or cut, so that grep and awk work. The notes
 * below are for people, and wrapped at blanks where a terminal would break words.
 * What is looked for comes first, so that a narrow terminal shows it; whole sentences, which would push everything else
 * out of sight, are last. Expects printable text.
 */
export function renderWide(report: CheckReport, terminal: Terminal, retype: CommandCompleter): string {
  const withBoot = report.nodes.some(({ findings }) => findings.some(({ boot }) => boot !== undefined));
  const withReason = report.nodes.some(({ reason }) => reason !== undefined);
  const heads = [...HEADS, ...(withBoot ? ['AFTER REBOOT'] : []), ...(withReason ? ['REASON'] : [])];
  const rows = report.nodes.map((node) => [
    ...row(node, terminal),
    ...(withBoot ? [bootCell(node)] : []),
    ...(withReason ? [node.reason ?? ''] : []),
  ]);
  const sections = [
    rows.length > 0 ? aligned([heads, ...rows]) : [],
    ...notes(report, terminal, retype),
    summaryLines(report, terminal),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function row(node: NodeReport, terminal: Terminal): string[] {
  const { os, kernel, arch, runtime } = node.system;
  const system = [kernel, os, arch, runtime].map((value) => value ?? '<unknown>');
  return [node.name, verdictLabel(node.verdict, terminal), findingsCell(node), ...system];
}

/** Pads the columns by hand: cli-table3 needs seconds for thousands of rows. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - textWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}
