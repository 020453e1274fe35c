import type { Verdict } from '../judge/finding.ts';
import { VERDICTS } from '../judge/finding.ts';
import { counted } from '../text/listed.ts';
import { hang } from '../text/wrap.ts';
import { MISSING_NOW, missingAtBoot, type NodeCells, nodeCells } from './cells.ts';
import { tableLines } from './columns.ts';
import { nameList } from './names.ts';
import type { CheckReport } from './report.ts';
import { type Terminal, verdictLabel } from './terminal.ts';

/** Nodes with equal cells. */
interface Group extends NodeCells {
  nodes: string[];
}

/** How many healthy nodes to name: few, because nothing must be done about them. */
const NODES_NAMED: Record<Verdict, number> = { fail: 10, unknown: 10, warn: 10, pass: 4, skip: 4 };
const REASONS_SHOWN = 3;
const ROWS_SHOWN = 20;
/** "? unknown" and two blanks: the column of the text beside the verdicts. */
const BESIDE_VERDICT = 11;

/** The table of the default view: nodes with equal cells in one row, the worst first. Empty if there are no nodes. */
export function overviewLines(report: CheckReport, terminal: Terminal): string[] {
  if (report.nodes.length === 0) return [];
  const withBoot = report.summary.breakAtReboot !== undefined;
  const groups = groupNodes(report, withBoot);
  const atBoot = missingAtBoot(report.nodes);
  const shown = groups.slice(0, ROWS_SHOWN);
  const layout = [
    { head: 'NODES', wraps: true },
    { head: 'VERDICT', wraps: false },
    { head: MISSING_NOW, wraps: true },
    ...(withBoot ? [{ head: atBoot, wraps: true }] : []),
  ];
  const rows = shown.map(({ verdict, nodes, now, boot = '-' }) => {
    const cells = [nameList(nodes, NODES_NAMED[verdict]), verdictLabel(verdict, terminal), now];
    return withBoot ? [...cells, boot] : cells;
  });
  const lines =
    tableLines(layout, rows, terminal.columns) ?? shown.flatMap((group) => stackedLines(group, atBoot, terminal));
  return [...lines, ...cutShort(groups.slice(ROWS_SHOWN), terminal)];
}

function groupNodes(report: CheckReport, withBoot: boolean): Group[] {
  const groups = new Map<string, Group>();
  const skipped = new Map<string, number>();
  for (const node of report.nodes) {
    const cells = nodeCells(node, withBoot);
    if (node.verdict === 'skip') skipped.set(cells.now, (skipped.get(cells.now) ?? 0) + 1);
    // All skipped nodes are one row, whatever their reasons.
    const key = node.verdict === 'skip' ? 'skip' : JSON.stringify(cells);
    const known = groups.get(key);
    if (known) known.nodes.push(node.name);
    else groups.set(key, { ...cells, nodes: [node.name] });
  }
  const skip = groups.get('skip');
  if (skip) skip.now = reasonsText(skipped);
  return [...groups.values()].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
}

/** `Windows (3); virtual-kubelet (1)`, the most frequent first; a single reason needs no number. */
function reasonsText(reasons: ReadonlyMap<string, number>): string {
  const [only, ...others] = [...reasons].sort(([, a], [, b]) => b - a);
  if (only === undefined || others.length === 0) return only?.[0] ?? '';
  const all = [only, ...others].map(([reason, count]) => `${reason} (${count})`);
  const rest = all.length - REASONS_SHOWN;
  return all.slice(0, REASONS_SHOWN).join('; ') + (rest > 0 ? `; ${rest} more` : '');
}

/** One group without columns, for a narrow terminal. */
function stackedLines({ verdict, nodes, now, boot }: Group, atBoot: string, terminal: Terminal): string[] {
  const margin = ' '.repeat(BESIDE_VERDICT);
  const [first = '', ...rest] = hang(margin, nameList(nodes, NODES_NAMED[verdict]), BESIDE_VERDICT, terminal.columns);
  const label = verdictLabel(verdict, terminal) + ' '.repeat(BESIDE_VERDICT - `? ${verdict}`.length);
  const beside = (text: string) => hang(margin, text, BESIDE_VERDICT, terminal.columns);
  return [
    label + first.slice(margin.length),
    ...rest,
    ...beside(boot === undefined ? now : `missing now: ${now}`),
    ...(boot === undefined ? [] : beside(`${atBoot.toLowerCase()}: ${boot}`)),
  ];
}

function cutShort(hidden: readonly Group[], terminal: Terminal): string[] {
  if (hidden.length === 0) return [];
  const nodes = hidden.reduce((sum, group) => sum + group.nodes.length, 0);
  const text = `and ${counted(nodes, 'more node')} (-o wide shows every node)`;
  return hang('', text, 4, terminal.columns);
}
