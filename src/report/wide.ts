import { clip, hang, textWidth } from '../text/wrap.ts';
import { decidedBoot, missingAtBoot, nodeCells } from './cells.ts';
import type { CommandCompleter } from './command-completer.ts';
import { driftParagraphs } from './drift.ts';
import { fixHint, notes, summaryLines } from './notes.ts';
import { problemParagraphs, problemsOf } from './problems.ts';
import type { CheckReport, NodeReport } from './report.ts';
import { joined } from './sections.ts';
import { symptomLines } from './symptoms.ts';
import { type Terminal, verdictLabel } from './terminal.ts';

const SYSTEM = { KERNEL: 'kernel', OS: 'os', ARCH: 'arch', RUNTIME: 'runtime' } as const;
/** A longer cell would push the cells after it out of sight: the whole text is then at the end of the row. */
const LONGEST = 48;

interface Column {
  head: string;
  cells: readonly string[];
}

/**
 * One line per node, like kubectl's -o wide: no row is wrapped, so that grep and awk work. Short columns come first, long texts last
 * and unshortened. Cells name only deviations; what all nodes share is said once, below. The paragraphs are those of the default
 * view. Expects printable text.
 */
export function renderWide(report: CheckReport, terminal: Terminal, retype: CommandCompleter): string {
  const problems = problemsOf(report);
  return joined([
    ...rowsAndSystem(report, terminal),
    ...problemParagraphs(problems, terminal, retype),
    symptomLines(report.nodes, terminal),
    fixHint(report, problems, terminal, retype),
    ...driftParagraphs(report.drift ?? [], terminal),
    ...notes(report, terminal, retype, 'wide'),
    summaryLines(report, terminal),
  ]);
}

function rowsAndSystem({ nodes }: CheckReport, terminal: Terminal): string[][] {
  if (nodes.length === 0) return [];
  const withBoot = nodes.some(({ findings }) => findings.some(({ boot }) => boot !== undefined));
  const rows = nodes.map((node) => rowOf(node, withBoot, terminal));
  const system = Object.entries(SYSTEM).map(([head, field]) => {
    return { head, cells: nodes.map((node) => node.system[field] ?? '<unknown>') };
  });
  const shared = system.filter(({ cells }) => isShared(cells));
  const details = rows.map(({ detail }) => detail);
  const columns: Column[] = [
    { head: 'NODE', cells: nodes.map(({ name }) => name) },
    { head: 'VERDICT', cells: nodes.map(({ verdict }) => verdictLabel(verdict, terminal)) },
    { head: 'REASON', cells: rows.map(({ reason }) => reason) },
    ...(withBoot ? [{ head: missingAtBoot(nodes), cells: rows.map(({ boot }) => boot) }] : []),
    ...system.filter(({ cells }) => !isShared(cells)),
    ...(details.some((text) => text !== '-') ? [{ head: 'DETAIL', cells: details }] : []),
  ];
  const known = shared.map(({ cells: [value = ''] }) => value).filter((value) => value !== '<unknown>');
  const where = nodes.length === 1 ? 'System' : 'System of all nodes';
  return [aligned(columns), known.length > 0 ? hang('', `${where}: ${known.join(', ')}`, 4, terminal.columns) : []];
}

function isShared([first, ...others]: readonly string[]): boolean {
  return others.every((value) => value === first);
}

/** The reason for a node's verdict, in short, and the texts that did not fit. */
function rowOf(
  node: NodeReport,
  withBoot: boolean,
  terminal: Terminal,
): { reason: string; boot: string; detail: string } {
  const { now: missing, boot = '-' } = nodeCells(node, withBoot, false);
  // If nothing is missing after a reboot, nothing decides it.
  const decided = boot === '-' || node.findings.length === 0 ? boot : decidedBoot(node);
  const onlyLater = missing === '-' && boot !== '-' && node.findings.length > 0;
  const when = node.image ? 'at the first boot' : 'after a reboot';
  const now = onlyLater ? `only ${when}` : missing;
  const reason = node.reason === undefined ? shortened(now, terminal) : clause(node.reason, terminal);
  const later = shortened(boot, terminal);
  const details = [
    ...(reason === (node.reason ?? now) ? [] : [node.reason ?? `now: ${now}`]),
    ...(later === decided ? [] : [`${when}: ${decided}`]),
  ];
  return { reason, boot: later, detail: details.join('; ') || '-' };
}

/** The beginning of a sentence, up to a parenthesis or a colon if it has one. */
function clause(reason: string, terminal: Terminal): string {
  if (textWidth(reason) <= LONGEST) return reason;
  return /^(.{12,}?)(?: \(|: )/.exec(clip(reason, LONGEST + 1))?.[1] ?? shortened(reason, terminal);
}

function shortened(text: string, { unicode }: Terminal): string {
  if (textWidth(text) <= LONGEST) return text;
  const head = clip(text, LONGEST + 1);
  return `${head.replace(/,? [^ ]*$/, '').slice(0, LONGEST)}${unicode ? '…' : '...'}`;
}

/** Pads all columns but the last: cli-table3 needs seconds for thousands of rows. */
function aligned(columns: readonly Column[]): string[] {
  const padded = columns.map(({ head, cells }) => {
    const all = [head, ...cells];
    const width = all.reduce((most, cell) => Math.max(most, textWidth(cell)), 0);
    return all.map((cell) => cell + ' '.repeat(width - textWidth(cell)));
  });
  return (padded[0] ?? []).map((_, row) =>
    padded
      .map((cells) => cells[row])
      .join('  ')
      .trimEnd(),
  );
}
