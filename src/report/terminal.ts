import { styleText } from 'node:util';
import type { Verdict } from '../judge/finding.ts';

/** What the output can show. */
export interface Terminal {
  /** The width; undefined: unlimited (a pipe or a file), nothing is wrapped. */
  columns: number | undefined;
  /** Whether colours (SGR sequences) may be written. */
  color: boolean;
  /** Whether more than ASCII can be shown. */
  unicode: boolean;
}

/** Dark yellow: the usual yellow cannot be read on white. */
const AMBER = 'amber';
export type Style = Parameters<typeof styleText>[0] | typeof AMBER;

const MARKS: Record<Verdict, { unicode: string; ascii: string; style: Style }> = {
  fail: { unicode: '✖', ascii: 'x', style: 'red' },
  unknown: { unicode: '?', ascii: '?', style: 'magenta' },
  warn: { unicode: '⚠', ascii: '!', style: AMBER },
  pass: { unicode: '✔', ascii: '+', style: 'green' },
  skip: { unicode: '–', ascii: '-', style: 'dim' },
};

/** The verdict's symbol, uncoloured: one cell wide. */
export function symbol(verdict: Verdict, terminal: Terminal): string {
  return terminal.unicode ? MARKS[verdict].unicode : MARKS[verdict].ascii;
}

/** Text in the verdict's colour, if the terminal has colours. */
export function tint(verdict: Verdict, text: string, terminal: Terminal): string {
  return paint(MARKS[verdict].style, text, terminal);
}

/** Symbol and word: the word has the meaning even if symbol or colour are lost. */
export function verdictLabel(verdict: Verdict, terminal: Terminal): string {
  return tint(verdict, `${symbol(verdict, terminal)} ${verdict}`, terminal);
}

/** Text in a style, if the terminal has colours. */
export function paint(style: Style, text: string, terminal: Terminal): string {
  // Without validateStream: false, styleText would check this process's stdout and environment instead of `terminal`.
  if (!terminal.color) return text;
  return style === AMBER ? `\x1b[38;5;136m${text}\x1b[39m` : styleText(style, text, { validateStream: false });
}
