import Table from 'cli-table3';
import { hang, longestWord, textWidth } from '../text/wrap.ts';

export interface Column {
  head: string;
  /** Whether its cells may be wrapped at blanks. Only cells that are not wrapped may have colour. */
  wraps: boolean;
}

const GAP = '  ';
const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((corner) => [side + corner, '']),
  ),
);

/**
 * Lays out a table without borders, as kubectl does. Only for a few rows: cli-table3 takes quadratic time.
 * @param columns the width of the terminal; undefined: unlimited
 * @returns its lines, the headings first; undefined if it cannot fit without breaking words
 */
export function tableLines(
  layout: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string[] | undefined {
  const cells = [layout.map((column) => column.head), ...rows];
  const widths = columnWidths(layout, cells, columns);
  if (widths === undefined) return undefined;
  const table = new Table({
    // Without empty styles, cli-table3 colours headings and borders even in a pipe.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: { ...NO_BORDERS, middle: GAP },
    colWidths: widths,
  });
  for (const row of cells) {
    table.push(row.map((cell, index) => (layout[index]?.wraps ? hang('', cell, 0, widths[index]).join('\n') : cell)));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function columnWidths(
  layout: readonly Column[],
  cells: readonly (readonly string[])[],
  columns: number | undefined,
): number[] | undefined {
  const widest = (measure: (cell: string) => number, index: number) =>
    cells.reduce((most, row) => Math.max(most, measure(row[index] ?? '')), 0);
  const natural = layout.map((_, index) => widest(textWidth, index));
  const budget = columns === undefined ? Number.POSITIVE_INFINITY : columns - GAP.length * (layout.length - 1);
  if (sum(natural) <= budget) return natural;
  const least = layout.map((column, index) => (column.wraps ? widest(longestWord, index) : (natural[index] ?? 0)));
  const spare = budget - sum(least);
  if (spare < 0) return undefined;
  return share(spare, natural, least);
}

/** Adds the spare width to the least widths, first to columns that lack little, so that few columns wrap. */
function share(spare: number, natural: readonly number[], least: readonly number[]): number[] {
  const widths = [...least];
  const lacking = natural.map((width, index) => ({ index, lack: width - (least[index] ?? 0) }));
  let left = spare;
  for (const [served, { index, lack }] of lacking.sort((a, b) => a.lack - b.lack).entries()) {
    const extra = Math.min(lack, Math.floor(left / (natural.length - served)));
    widths[index] = (widths[index] ?? 0) + extra;
    left -= extra;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
