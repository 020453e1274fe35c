import { hang } from '../text/wrap.ts';

/** A command to type, behind a colon at the end of a sentence. */
const COMMAND_BEHIND = /^(.*?:) (kubectl .*)$/s;

/**
 * Wraps the lines of an error at the terminal's width, each with its own indentation. Half a command must never be pasted: a line that is
 * a command stays whole however long, and a command at the end of a sentence gets a line of its own when both do not fit into one.
 */
export function wrapError(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => {
    if (line.length <= columns) return [line];
    const [margin = ''] = /^ */.exec(line) ?? [];
    const text = line.slice(margin.length);
    if (text.startsWith('kubectl ')) return [line];
    const indent = margin.length + 2;
    const [, sentence, command] = COMMAND_BEHIND.exec(text) ?? [];
    if (sentence === undefined || command === undefined) return hang(margin, text, indent, columns);
    return [...hang(margin, sentence, indent, columns), ' '.repeat(indent) + command];
  });
}
