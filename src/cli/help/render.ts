import type { HelpPage, HelpRow } from './page.ts';

const MARGIN = '  ';
/** With fewer columns left beside a name, its meaning goes below it. */
const LEAST_BESIDE = 24;
const NARROWEST = 40;

/**
 * A help page as text, in kubectl's order: what it does, examples, usage, flags.
 * @param columns how wide the terminal is
 */
export function renderHelp(page: HelpPage, columns: number): string {
  const width = Math.max(columns, NARROWEST);
  const section = (head: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [[`${head}:`, ...lines].join('\n')];
  const sections = [
    [page.summary, ...(page.description === '' ? [] : [page.description])]
      .flatMap((text) => wrapped(text, width))
      .join('\n'),
    ...section('Examples', examples(page.examples, width)),
    ...section(
      'Usage',
      page.usage.flatMap((line) => hung(MARGIN, line, 4, width)),
    ),
    // One table for all groups; their headings separate them.
    page.tables.flatMap(({ head, rows }) => [`${head}:`, ...table(rows, width)]).join('\n'),
    page.notes.flatMap((note) => wrapped(note, width)).join('\n'),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Commands with a shell comment beside them; above them if the terminal is narrow. */
function examples(rows: readonly HelpRow[], width: number): string[] {
  const longest = Math.max(0, ...rows.map(({ typed }) => typed.length));
  const fits = rows.every(({ meaning }) => MARGIN.length + longest + meaning.length + 4 <= width);
  return rows.flatMap(({ typed, meaning }) =>
    fits
      ? [`${MARGIN}${typed.padEnd(longest)}  # ${meaning}`]
      : [...hung(`${MARGIN}# `, meaning, 4, width), MARGIN + typed],
  );
}

function table(rows: readonly HelpRow[], width: number): string[] {
  const beside = Math.max(...rows.map(({ typed }) => typed.length)) + 2 * MARGIN.length;
  if (width - beside < LEAST_BESIDE) {
    return rows.flatMap(({ typed, meaning }) => [MARGIN + typed, ...hung(' '.repeat(8), meaning, 8, width)]);
  }
  return rows.flatMap(({ typed, meaning }) => hung((MARGIN + typed).padEnd(beside), meaning, beside, width));
}

/** The text after `lead`; the lines that follow are indented by so many blanks. */
function hung(lead: string, text: string, indent: number, width: number): string[] {
  const [first = '', ...rest] = wrapped(text, width - indent);
  return [lead + first, ...rest.map((line) => ' '.repeat(indent) + line)];
}

/** Lines of at most `width` characters, broken at blanks. Help is ASCII, so it need not load the wrapping of reports. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
