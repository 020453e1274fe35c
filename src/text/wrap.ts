import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cells that a line of text takes on a terminal, counted as the table layout counts them. */
export function textWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

const OPENING = '（「『《〈【〔';
const CLOSING = '、，。：；！？）」』》〉】〕…';
const WIDE = `\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\u3000-\u303f\uff01-\uff60`;
/** What no line may end in: one wide character, or other characters in a row, with the punctuation that belongs to it. */
const UNBROKEN = new RegExp(`[${OPENING}]*(?:[${WIDE}]|[^${WIDE}]+)[${CLOSING}]*`, 'gu');

/** Parts of a word between which a line may end. Chinese and Japanese break between any two characters, not before punctuation. */
function unbroken(word: string): readonly string[] {
  return /^[\x20-\x7e]*$/.test(word) ? [word] : (word.match(UNBROKEN) ?? [word]);
}

/** The width of the longest word: below it, wrapping has to break a word. */
export function longestWord(text: string): number {
  return Math.max(0, ...text.split(' ').flatMap(unbroken).map(textWidth));
}

/**
 * Wraps text at blanks, and between wide characters, into lines of at most `columns` cells. The first line begins with `lead`, the others with `indent` blanks.
 * Only a word that is longer than a whole line is broken.
 * @param columns undefined: one line, however long
 */
export function hang(lead: string, text: string, indent: number, columns: number | undefined): string[] {
  if (columns === undefined) return [(lead + text).trimEnd()];
  const margin = ' '.repeat(indent);
  // Room for at least a few characters keeps absurd terminals finite.
  const room = Math.max(columns - indent, 8);
  const lines: string[] = [];
  let line = lead;
  let free = Math.max(columns - textWidth(lead), 0);
  let empty = true;
  for (const word of text.split(' ')) {
    for (const [place, part] of unbroken(word).entries()) {
      for (const [index, piece] of pieces(part, room).entries()) {
        const width = textWidth(piece);
        const blank = empty || place > 0 ? '' : ' ';
        const full = width + blank.length > free;
        if (index > 0 || (full && !(empty && lines.length > 0))) {
          lines.push(line.trimEnd());
          line = margin;
          free = room;
          empty = true;
        }
        line += empty ? piece : blank + piece;
        free -= width + (empty ? 0 : blank.length);
        empty = false;
      }
    }
  }
  return [...lines, line.trimEnd()];
}

/** The beginning of a text, as much of it as `columns` cells take. */
export function clip(text: string, columns: number): string {
  return pieces(text, columns)[0] ?? '';
}

function pieces(word: string, room: number): string[] {
  if (textWidth(word) <= room) return [word];
  const all: string[] = [];
  let piece = '';
  let width = 0;
  for (const { segment } of graphemes.segment(word)) {
    const cells = textWidth(segment);
    if (width + cells > room) {
      all.push(piece);
      piece = '';
      width = 0;
    }
    piece += segment;
    width += cells;
  }
  return [...all, piece];
}
