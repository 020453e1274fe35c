import { readFileSync } from 'node:fs';

/** A part of a page, from one heading to the next. */
export interface Section {
  /** Without its number signs; empty for what stands above the first heading. */
  heading: string;
  /** How many number signs it has. */
  level: number;
  /** The command lines of its fenced blocks of sh, without comments. */
  commands: string[];
  /** Where its links lead, in their order; those within the page and to the other language left out. */
  links: string[];
  /** What stands in backticks, each once, in alphabetical order. */
  code: string[];
  /** How many rows its tables have. */
  rows: number;
}

/** A page of the project, by its path from the root. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The sections of a page. What stands between marks of npm run docs is left out: it is made, and held by a test of its own. */
export function sectionsOf(text: string): Section[] {
  const written = text.replaceAll(/<!-- \w+: made by npm run docs -->[\s\S]*?<!-- end of \w+ -->/g, '');
  return written.split(/^(?=#+ )/m).map((part) => {
    const [, signs = '', heading = ''] = /^(#+) (.*)$/m.exec(part) ?? [];
    const blocks = [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
    return {
      heading,
      level: signs.length,
      commands: blocks
        .flatMap((block) => block.trimEnd().split('\n').map(withoutComment))
        .filter((line) => line !== ''),
      links: [...part.matchAll(/\]\(((?!#|README)[^)]+)\)/g)].map(([, target = '']) => target),
      code: [...new Set(part.replaceAll(/^```sh\n[\s\S]*?^```$/gm, '').match(/`[^`]+`/g))].sort(),
      rows: part.match(/^\|/gm)?.length ?? 0,
    };
  });
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s+)#\s.*$/, '').trimEnd();
}
