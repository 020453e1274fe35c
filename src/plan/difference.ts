import { diff } from 'node:util';
import { textOf } from './journal.ts';
import type { EditedFile } from './undo.ts';

/** Lines of a difference: more are an administrator's file, not a difference. */
const LINES_SHOWN = 10;
/** As many bytes of each file are compared. */
const COMPARED = 900;

/** How a file of ours differs from what was written, one entry per line: `- ` and `+ ` before those that were and that are. */
export function difference({ expected, found }: EditedFile): string[] {
  if (found === 'link') return ['  it is a link now'];
  if (found === '-') return ['  it is gone'];
  const texts = [expected, found].map((content) => textOf(content.slice(0, (COMPARED / 3) * 4 + 1)) ?? '');
  const cut = texts.some((text) => Buffer.byteLength(text) >= COMPARED);
  const [ours = [], theirs = []] = texts.map((text) => linesOf(text, cut));
  const lines = diff(ours, theirs).flatMap(([is, line]) => (is === 0 ? [] : [`${is > 0 ? '-' : '+'} ${line}`]));
  const shown = lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), '…'] : lines;
  if (!cut) return shown;
  return [...shown, `  Compared up to ${COMPARED} bytes${lines.length === 0 ? ', which are the same' : ''}`];
}

/** Lines as they are shown: what does not show would make two that differ look the same. */
function linesOf(text: string, cut: boolean): string[] {
  const lines = text.split('\n').map((line) => line.replaceAll('\r', '\\r').replaceAll('\t', '\\t'));
  const last = lines.pop();
  // Of a text that was cut, half a line is left.
  if (cut || last === '' || last === undefined) return lines;
  return [...lines, `${last} (no newline at the end)`];
}
