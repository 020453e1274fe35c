import { type Advice, isCommand, isDocument } from '../text/advice.ts';
import { hang } from '../text/wrap.ts';
import type { CommandCompleter } from './command-completer.ts';
import { paint, type Terminal } from './terminal.ts';

const INDENT = 4;
const LABEL = 'by hand  '.length;

/**
 * Advice after its label, indented below a paragraph's first line. Half a command must never be pasted: commands and documents are
 * never broken, and a command that does not fit after its lead gets a line of its own.
 * @param retype completes the commands
 */
export function adviceLines(
  advice: readonly Advice[],
  label: string,
  terminal: Terminal,
  retype: CommandCompleter,
): string[] {
  return advice.flatMap((each, index) => {
    const shown = index === 0 ? label : '';
    // All lines are indented alike, so that a copy is the same document.
    if (isDocument(each)) return each.paste.split('\n').flatMap((line) => labelled('', line, terminal, true));
    if (!isCommand(each)) return labelled(shown, each, terminal);
    const command = retype(each.run);
    if (each.lead === undefined) return labelled(shown, command, terminal, true);
    const both = labelled(shown, `${each.lead}: ${command}`, terminal, true);
    if ((both[0] ?? '').length <= (terminal.columns ?? Number.POSITIVE_INFINITY)) return both;
    return [...labelled(shown, `${each.lead}:`, terminal), ...labelled('', command, terminal, true)];
  });
}

/**
 * A text after its label, indented below a paragraph's first line.
 * @param whole whether it is a command or an address, which is never wrapped
 */
export function labelled(label: string, text: string, terminal: Terminal, whole = false): string[] {
  const lead = ' '.repeat(INDENT) + label.padEnd(LABEL);
  const [first = '', ...rest] = hang(lead, text, lead.length, whole ? undefined : terminal.columns);
  return [label === '' ? first : first.replace(label, () => paint('dim', label, terminal)), ...rest];
}
