import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PAGES } from '../src/cli/help/pages.ts';
import { renderHelp } from '../src/cli/help/render.ts';

const root = join(import.meta.dirname, '..');

/** Words of another language in English dress, and what to write instead. */
const BANNED: readonly [phrase: RegExp, instead: string][] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\b(take|takes|taken|taking|took) (it |that |them |all )?(all )?back\b/i, 'undo'],
  [/\bto be had\b/i, 'available'],
  [/\bat work\b/i, 'running'],
  [/\bno room for\b/i, 'was truncated'],
  [/\blook(ed|s|ing)? at again\b/i, 'checked again'],
  [/\bwas so already\b/i, 'already set'],
  [/\bthis very (host|machine|kernel|boot)\b/i, 'this host'],
  [/\b(that|which) (is|are) named\b/i, 'that the report names'],
  [/\bno word of\b/i, 'nothing on'],
  [/\bcame this time\b/i, 'was found this time'],
  [/\bis at it\b/i, 'is running'],
  [/\bin vain\b/i, 'without effect'],
  [/\ball that is possible\b|\bgone through\b/i, 'every possibility is simulated'],
  [/\bas far as can be told\b/i, 'it seems'],
  [/\bis there (twice|already)\b/i, 'is used twice, already exists'],
  [/\b(stands?|stood) in (the|its|their) way\b/i, 'prevents it'],
  [/\bso as to\b/i, 'to'],
  [/\bwas left alone\b|\bwere left alone\b/i, 'skipped'],
  [/\broundabout\b/i, 'unusual'],
  [/\bit all comes to the same\b/i, 'all of them agree'],
  [/\bhas no room\b|\bhas room for\b/i, 'was truncated'],
  [/\bby hand is for\b/i, 'run the commands in'],
  [/\ba matter of\b/i, 'it concerns'],
  [/\bbe yourself\b/i, 'do not impersonate'],
  [/\bforbids? to \w+/i, 'forbids doing'],
  [/\b(it|that|this) (one )?comes? to (nothing|something)\b/i, 'the result'],
  [/\bso is one that\b/i, 'name the subject'],
  [/\bsomebody's decision\b/i, 'say whose'],
  [/\btakes? no notice\b/i, 'ignores'],
  [/\bbehind the (command|plug-in)/i, 'after the command'],
  [/\bfor the sake of\b/i, 'for'],
  [/\bcannot be told\b/i, 'is unknown'],
  [/\bof ours\b/i, 'our own'],
];

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.name.endsWith('.ts')) yield path;
  }
}

/** What stands in quotes in a source; comments do not count, nor do single words, such as the names of fates. */
function sentences(source: string): string[] {
  const code = source.replace(/^\s*(\/\/|\/?\*).*$/gm, '');
  const quoted = code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g);
  return [...quoted]
    .map(([, single, double, template]) => single ?? double ?? template ?? '')
    .filter((text) => / .* /.test(text));
}

const texts: [where: string, text: string][] = [
  ...[...filesBelow(join(root, 'src'))].map((path): [string, string] => {
    return [path.slice(root.length + 1), sentences(readFileSync(path, 'utf8')).join('\n')];
  }),
  ...Object.entries(PAGES).map(([name, page]): [string, string] => [`help ${name}`, renderHelp(page, 80)]),
  ...['.', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name): [string, string] => [join(folder, name), readFileSync(join(root, folder, name), 'utf8')]),
  ),
];

test.each(BANNED)('nobody reads %s: %s', (phrase) => {
  expect(
    texts.filter(([, text]) => phrase.test(text)).map(([where, text]) => `${where}: ${phrase.exec(text)?.[0]}`),
  ).toEqual([]);
});
