import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** A folder in which every file is one value of the same type, and its index is made of them. */
interface Folder {
  readonly path: string;
  /** Files that are none of them. */
  readonly others: readonly string[];
  /** How the index begins: the type's import. */
  readonly type: string;
  readonly doc: string;
  readonly begin: string;
  readonly end: string;
}

const FOLDERS: readonly Folder[] = [
  {
    path: 'src/rules/',
    others: [],
    type: "import type { Rule } from '../judge/rule.ts';",
    doc: 'All prerequisites, in the order in which they are shown.',
    begin: 'export const RULES: readonly Rule[] = [',
    end: '];',
  },
  {
    path: 'src/rules/zh/',
    others: [],
    type: "import type { Translation } from '../../judge/translation.ts';",
    doc: 'What the rules say in Chinese.',
    begin: 'export const TRANSLATIONS: readonly Translation[] = [',
    end: '];',
  },
  {
    path: 'src/cnis/',
    others: ['agents.ts', 'cni.ts', 'flannel-config.ts', 'lookup.ts'],
    type: "import type { Cni } from './cni.ts';",
    doc: 'All CNIs, in the order in which they are listed and looked for.',
    begin: 'export const CNIS = [',
    end: '] as const satisfies readonly Cni[];',
  },
  {
    path: 'src/distributions/',
    others: ['distribution.ts', 'lookup.ts'],
    type: "import type { Distribution } from './distribution.ts';",
    doc: 'All distributions, in the order in which they are asked.',
    begin: 'export const DISTRIBUTIONS = [',
    end: '] as const satisfies readonly Distribution[];',
  },
];

/** The indexes by their paths, made of the files beside them: those that an index has already in their order, then new ones by name. */
export function indexes(): Record<string, string> {
  return Object.fromEntries(FOLDERS.map((folder) => [`${folder.path}index.ts`, indexOf(folder)]));
}

/** Writes them, where they are not so already. */
export function writeIndexes(): void {
  for (const [path, text] of Object.entries(indexes())) if (read(path) !== text) writeFileSync(urlOf(path), text);
}

function indexOf({ path, others, type, doc, begin, end }: Folder): string {
  const files = readdirSync(urlOf(path)).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts' && !others.includes(name),
  );
  const present = [...read(`${path}index.ts`).matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name);
  const rank = (file: string) => {
    const index = present.indexOf(exported(file));
    return index === -1 ? present.length : index;
  };
  const ordered = files.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const imports = [type, ...files.map((file) => `import { ${exported(file)} } from './${file}';`)];
  return [
    '// Made by npm run docs of the files in this folder.',
    ...imports.sort((a, b) => (sourceOf(a) < sourceOf(b) ? -1 : 1)),
    '',
    `/** ${doc} */`,
    begin,
    ...ordered.map((file) => `  ${exported(file)},`),
    end,
    '',
  ].join('\n');
}

function sourceOf(statement: string): string {
  return statement.slice(statement.indexOf("'"));
}

function urlOf(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}

function read(path: string): string {
  return existsSync(urlOf(path)) ? readFileSync(urlOf(path), 'utf8') : '';
}

/** br-netfilter.ts exports brNetfilter. */
function exported(file: string): string {
  return file.replace(/\.ts$/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
