import { stripVTControlCharacters } from 'node:util';
import { textWidth } from '../../src/text/wrap.ts';

/** Size of one cell, and of the space around the text, in pixels. */
const CELL = { width: 8.4, height: 19 };
const MARGIN = 18;

/** The parameters of SGR that switch a style on, and the class of the text from there on; any other one switches it off. */
const CLASSES: Readonly<Record<string, string>> = {
  '1': 'bold',
  '2': 'dim',
  '31': 'red',
  '32': 'green',
  '35': 'magenta',
  '38;5;136': 'amber',
};

const STYLE = `
  rect { fill: #ffffff; stroke: #d0d7de }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
  .bold { font-weight: 600 } .dim { fill: #59636e } .red { fill: #c4302b } .green { fill: #1a7f37 } .magenta { fill: #8250df } .amber { fill: #8a5a00 }
  @media (prefers-color-scheme: dark) {
    rect { fill: #0d1117; stroke: #3d444d }
    text { fill: #e6edf3 }
    .dim { fill: #9198a1 } .red { fill: #ff7b72 } .green { fill: #56d364 } .magenta { fill: #d2a8ff } .amber { fill: #e3b341 }
  }`;

/** A run of text without gaps, in one style. */
interface Run {
  column: number;
  text: string;
  style: string | undefined;
}

/**
 * Draws what a terminal shows as a picture in SVG, readable on light and dark pages. Each run of text is set to the width of its cells, so
 * that columns stay columns in every font.
 * @param text with SGR sequences
 * @param title what a screen reader says
 */
export function terminalSvg(text: string, title: string): string {
  const lines = text.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => textWidth(stripVTControlCharacters(line))));
  const width = Math.ceil(columns * CELL.width) + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  const drawn = lines.flatMap((line, row) => runs(line).map((run) => draw(run, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function draw({ column, text, style }: Run, row: number): string {
  const x = round(MARGIN + column * CELL.width);
  const y = MARGIN + row * CELL.height + 14;
  const length = round(textWidth(text) * CELL.width);
  return `<text x="${x}" y="${y}" textLength="${length}"${style ? ` class="${style}"` : ''}>${escaped(text)}</text>`;
}

/** A line's runs: a new one at each change of style, and after two blanks or more. */
function runs(line: string): Run[] {
  const found: Run[] = [];
  let style: string | undefined;
  let column = 0;
  for (const part of line.split(/(\x1b\[[\d;]*m| {2,})/)) {
    const sgr = /^\x1b\[([\d;]*)m$/.exec(part)?.[1];
    if (sgr !== undefined) {
      style = CLASSES[sgr];
      continue;
    }
    const text = part.trim();
    if (text !== '') found.push({ column: column + part.indexOf(text), text, style });
    column += textWidth(part);
  }
  return found;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
