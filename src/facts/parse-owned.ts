import type { OwnedFacts } from './facts.ts';
import { fromOctalWord } from './octal-word.ts';
import { complete, type Sections } from './parse-records.ts';

/** What owned.sh tells; undefined: nobody asked, or there was no room for it. */
export function ownedFacts(sections: Sections): OwnedFacts | undefined {
  const records = complete(sections, 'j');
  if (!records) return undefined;
  const of = (kind: string) =>
    records.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const paths = (kind: string) => of(kind).map(fromOctalWord);
  const byPath = (kind: string) =>
    Object.fromEntries(
      of(kind).map((line) => {
        const [path = '', value = '?'] = line.split(' ');
        return [fromOctalWord(path), fromOctalWord(value)];
      }),
    );
  const journal = of('j');
  const sides = byPath('s');
  return {
    ...(!records.includes('?') && { journal: journal.length > 0 ? journal : null }),
    files: byPath('f'),
    directories: paths('d'),
    leftovers: paths('t'),
    values: byPath('v'),
    ...(!('?' in sides) && { sides }),
  };
}
