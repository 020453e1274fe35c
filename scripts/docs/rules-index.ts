import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../../src/rules/', import.meta.url);
const INDEX = new URL('index.ts', FOLDER);

/** src/rules/index.ts, made of the files beside it: those that it has already in their order, then new ones by name. */
export function rulesIndex(): string {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  const present = existsSync(INDEX)
    ? [...readFileSync(INDEX, 'utf8').matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name)
    : [];
  const rank = (file: string) => {
    const index = present.indexOf(exported(file));
    return index === -1 ? present.length : index;
  };
  const ordered = files.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const imports = files.toSorted().map((file) => `import { ${exported(file)} } from './${file}';`);
  return [
    '// Made by npm run docs of the files in this folder.',
    "import type { Rule } from '../judge/rule.ts';",
    ...imports,
    '',
    '/** All prerequisites, in the order in which they are shown. */',
    'export const RULES: readonly Rule[] = [',
    ...ordered.map((file) => `  ${exported(file)},`),
    '];',
    '',
  ].join('\n');
}

/** Writes it, unless it is so already. */
export function writeRulesIndex(): void {
  const text = rulesIndex();
  if (!existsSync(INDEX) || readFileSync(INDEX, 'utf8') !== text) writeFileSync(INDEX, text);
}

/** br-netfilter.ts exports brNetfilter. */
function exported(file: string): string {
  return file.replace(/\.ts$/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
