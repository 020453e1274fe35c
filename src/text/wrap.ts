import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cells that a line of text takes on a terminal, counted as the table layout counts them. */
export function textWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/** The width of the longest word: below it, wrapping has to break a word. */
export function longestWord(text: string): number {
  return Math.max(0, ...text.split(' ').map(textWidth));
}

/**
 * Wraps text at blanks into lines of at most `columns` cells. The first line begins with `lead`, the others with `indent` blanks.
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
    for (const [index, piece] of pieces(word, room).entries()) {
      const width = textWidth(piece);
      const full = width + (empty ? 0 : 1) > free;
      if (index > 0 || (full && !(empty && lines.length > 0))) {
        lines.push(line.trimEnd());
        line = margin;
        free = room;
        empty = true;
      }
      line += empty ? piece : ` ${piece}`;
      free -= width + (empty ? 0 : 1);
      empty = false;
    }
  }
  return [...lines, line.trimEnd()];
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
