import type { EditedFile } from '../apply/outcome.ts';

/** Lines of a difference: more are an administrator's file, not a difference. */
const LINES_SHOWN = 10;
/** As many bytes of each file a node tells. */
const BYTES_TOLD = 900;

/** How a file of ours differs from what was written, one entry per line: `- ` and `+ ` before those that were and that are. */
export function difference({ expected = '', found, isLink }: EditedFile): string[] {
  if (isLink) return ['  it is a link now'];
  if (found === undefined) return ['  it is gone'];
  const cut = [expected, found].some((text) => Buffer.byteLength(text) >= BYTES_TOLD);
  const [ours = [], theirs = []] = [expected, found].map((text) => linesOf(text, cut));
  const lines = changedLines(ours, theirs);
  const shown = lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), '…'] : lines;
  if (!cut) return shown;
  return [...shown, `  Compared up to ${BYTES_TOLD} bytes${lines.length === 0 ? ', which are the same' : ''}`];
}

/** Lines as they are shown: what does not show would make two that differ look the same. */
function linesOf(text: string, cut: boolean): string[] {
  const lines = text.split('\n').map((line) => line.replaceAll('\r', '\\r').replaceAll('\t', '\\t'));
  const last = lines.pop();
  // Of a text that was cut, half a line is left.
  if (cut || last === '' || last === undefined) return lines;
  return [...lines, `${last} (no newline at the end)`];
}

/** By the longest common subsequence, so that lines which only changed places are told, too. */
function changedLines(ours: readonly string[], theirs: readonly string[]): string[] {
  const lengths = Array.from({ length: ours.length + 1 }, () => new Array<number>(theirs.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = ours.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      const row = lengths[i] ?? [];
      row[j] = ours[i] === theirs[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    if (i < ours.length && ours[i] === theirs[j]) {
      i++;
      j++;
    } else if (j >= theirs.length || (i < ours.length && at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${ours[i++]}`);
    else lines.push(`+ ${theirs[j++]}`);
  }
  return lines;
}
