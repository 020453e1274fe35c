import type { HelpPage, HelpRow } from './page.ts';

const MARGIN = '  ';
/** Where less is left beside what is typed, the meaning goes below it. */
const LEAST_BESIDE = 24;
const NARROWEST = 40;

/**
 * A help page as text.
 * @param columns how wide the terminal is
 * @param version the line that says which program this is; only the page about the program itself has one
 */
export function renderHelp(page: HelpPage, columns: number, version?: string): string {
  const width = Math.max(columns, NARROWEST);
  const section = (head: string, lines: readonly string[]) => (lines.length === 0 ? [] : [[head, ...lines].join('\n')]);
  const sections = [
    wrapped(page.summary, width).join('\n'),
    ...section('VERSION', version === undefined ? [] : [MARGIN + version]),
    ...section(
      'USAGE',
      page.usage.split('\n').flatMap((line) => hung(`${MARGIN}$ `, line, 4, width)),
    ),
    ...page.tables.flatMap(({ head, rows }) => section(head, table(rows, width))),
    ...section('DESCRIPTION', paragraphs(page.description, width)),
    ...section(
      'EXAMPLES',
      page.examples.map((example) => `${MARGIN}$ ${example}`),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function table(rows: readonly HelpRow[], width: number): string[] {
  const beside = Math.max(...rows.map(({ typed }) => typed.length)) + 2 * MARGIN.length;
  if (width - beside < LEAST_BESIDE) {
    return rows.flatMap(({ typed, meaning }) => [
      MARGIN + typed,
      ...meaning.flatMap((text) => hung('        ', text, 8, width)),
    ]);
  }
  return rows.flatMap(({ typed, meaning }) => {
    const [first = '', ...rest] = meaning.flatMap((text) => wrapped(text, width - beside));
    return [(MARGIN + typed).padEnd(beside) + first, ...rest.map((line) => ' '.repeat(beside) + line)];
  });
}

function paragraphs(texts: readonly string[], width: number): string[] {
  return texts.flatMap((text, index) => [...(index > 0 ? [''] : []), ...hung(MARGIN, text, MARGIN.length, width)]);
}

/** The text behind `lead`, its further lines below it with so many blanks in front. */
function hung(lead: string, text: string, indent: number, width: number): string[] {
  const [first = '', ...rest] = wrapped(text, width - indent);
  return [lead + first, ...rest.map((line) => ' '.repeat(indent) + line)];
}

/** Lines of at most `width` characters, broken at blanks. Help is ASCII: what reports need for other scripts would have to be loaded. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
