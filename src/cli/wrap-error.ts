import { type Advice, adviceText, isCommand } from '../text/advice.ts';
import { hang } from '../text/wrap.ts';

const MARGIN = '  ';

/** Wraps a line of an error at the terminal's width, and keeps its indentation. */
export function wrapLine(line: string, columns: number): string[] {
  const [margin = ''] = /^ */.exec(line) ?? [];
  return hang(margin, line.slice(margin.length), margin.length + 2, columns);
}

/**
 * A hint, wrapped below an error. Half a command must never be pasted: a command is never broken, and gets a line of its own if it
 * does not fit after its lead.
 */
export function wrapAdvice(advice: Advice, columns: number): string[] {
  const line = MARGIN + adviceText(advice);
  if (line.length <= columns) return [line];
  if (!isCommand(advice)) return wrapLine(line, columns);
  const { lead, run } = advice;
  return lead === undefined ? [line] : [...wrapLine(`${MARGIN}${lead}:`, columns), `${MARGIN}  ${run}`];
}
