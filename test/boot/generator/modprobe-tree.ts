import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigFile } from '../../../src/facts/facts.ts';
import { type MadeUpKernel, writeKernel } from './modprobe-index.ts';
import { randomFrom } from './random.ts';

/** A made-up modprobe.d over four directories, the modules of a kernel, and the names to ask for. */
export interface RandomTree {
  files: readonly RandomFile[];
  kernel: MadeUpKernel;
  names: readonly string[];
}
export interface RandomFile {
  /** Which directory, by precedence. */
  directory: 0 | 1 | 2 | 3;
  name: string;
  kind: 'file' | 'mask' | 'dangling' | 'directory';
  lines: readonly string[];
}

/** More than a page, and than what programs keep a line in that expect none so long. */
export const LONG = 5000;

const MODULES = ['np_br', 'np_bridge', 'np_stp', 'np_llc', 'np_x', 'np_y'];
const BUILTIN = ['np_in', 'np_core'];
const OTHERS = ['np_gone', 'zebra', 'off'];
const PATTERNS = ['np_*', 'np_b?', 'np_[a-b]*', 'np_[!b]*', 'z*', '*', 'np-s*', 'np_[b-]r', 'np_[br'];

/** A tree that this seed gives; the more likely a feature is in the field, the more likely here. */
export function randomTree(seed: number): RandomTree {
  const { below, chance, pick } = randomFrom(seed);
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);

  const spelled = (name: string) => (chance(0.25) ? name.replaceAll('_', '-') : name);
  const subject = () => spelled(chance(0.15) ? pick(PATTERNS) : pick([...MODULES, ...MODULES, ...BUILTIN, ...OTHERS]));
  const blank = () => pick([' ', ' ', ' ', '  ', '\t', ' \t ', '   ']);
  // None that runs modprobe: systemd-modules-load runs them, and two that ask for each other fork without end.
  const command = () =>
    pick([
      '/bin/false',
      '/bin/true',
      'exit 17',
      `/bin/true --ignore-install ${pick(MODULES)} && :`,
      ' ',
      "echo 'a\\b'",
    ]);
  // Not pre, post, pre: modprobe -c prints what stands between two lists of a kind, too.
  const softDependencies = () => {
    const lists = [...some(1, () => 'junk'), pick(['pre:', 'post:', 'pre:x']), ...some(2, subject)];
    return [...lists, ...some(1, () => (lists.includes('pre:') ? 'post:' : 'pre:')), ...some(2, subject)].join(blank());
  };

  const directive = (): string => {
    const name = subject();
    switch (
      pick([
        'alias',
        'blacklist',
        'blacklist',
        'install',
        'install',
        'softdep',
        'softdep',
        'options',
        'remove',
        'bad',
        'bad',
        'comment',
        'empty',
      ])
    ) {
      case 'alias':
        return `alias${blank()}${name}${blank()}${spelled(pick([...MODULES, 'off', 'np_in']))}${pick(['', '', ' trailing'])}`;
      case 'blacklist':
        return `blacklist${blank()}${name}${pick(['', '', '', ' ', ' more'])}`;
      case 'install':
        return `install${blank()}${name}${blank()}${command()}`;
      case 'softdep':
        return `softdep${blank()}${name}${blank()}${softDependencies()}${pick(['', '', ' '])}`;
      case 'options':
        return `options ${name} a=1`;
      case 'remove':
        return `remove ${name} /bin/true`;
      case 'bad':
        return pick([
          `install ${name}`,
          `install ${name} `,
          'alias',
          `alias ${name}`,
          'blacklist',
          'softdep',
          `softdep ${name}`,
          `include ${name}`,
          `install\u00a0${name} x`,
          `Blacklist ${name}`,
        ]);
      case 'comment':
        return pick([`# blacklist ${name}`, ` # blacklist ${name}`, `#blacklist ${name} \\`, `; blacklist ${name}`]);
      default:
        return pick(['', ' ', '\t']);
    }
  };
  const line = (): string[] => {
    const text = `${pick(['', '', '', ' ', '\t'])}${directive()}`;
    const cut = text.indexOf(' ', 3);
    if (cut > 0 && chance(0.12)) return [`${text.slice(0, cut)}\\`, text.slice(cut)];
    if (cut > 0 && chance(0.05)) return [`${text.slice(0, cut)}\\\\`, text.slice(cut)];
    if (chance(0.04)) return [text.replace('_', '\\_')];
    if (cut > 0 && chance(0.04)) return [`${text.slice(0, cut)}${' '.repeat(LONG)}${text.slice(cut)}`];
    if (chance(0.03)) return [`#${text}${'x'.repeat(LONG)}`];
    return [chance(0.04) ? `${text}\r` : text];
  };
  // libkmod takes a dangling link for what it looked at before, so that next to a directory the outcome depends on their order.
  const odd = pick(['dangling', 'directory'] as const);
  const file = (): RandomFile => ({
    directory: pick([0, 0, 1, 2, 3] as const),
    name: `${pick(['a', 'b', 'B', '10-k8s', '9', 'é', 'a b', '$(x)', '%s', "it's"])}${pick(['.conf', '.conf', '.conf', '.conf', '.conf', '.bak', '.conf~'])}`,
    kind: pick(['file', 'file', 'file', 'file', 'file', 'file', 'mask', odd] as const),
    lines: some(6, line).flat(),
  });

  // modules.dep names all that a module needs, what its dependencies need included.
  const needs: Record<string, string[]> = {};
  const present = MODULES.filter(() => chance(0.85));
  for (const [i, name] of present.entries()) {
    const direct = present.slice(0, i).filter(() => chance(0.35));
    needs[name] = [...new Set(direct.flatMap((other) => [other, ...(needs[other] ?? [])]))];
  }
  const files = new Map(some(5, file).map((made) => [`${made.directory}/${made.name}`, made]));
  return {
    files: [...files.values()],
    kernel: { dependencies: needs, builtin: BUILTIN },
    names: ['np_br', subject(), subject(), spelled(pick(MODULES))],
  };
}

export const DIRECTORIES = ['/etc', '/run', '/usr/local/lib', '/usr/lib'] as const;

/** The files as the probe would tell of them. */
export function configFiles(files: readonly RandomFile[], kindOfDirectory: string): ConfigFile[] {
  return files
    .filter(({ name }) => name.endsWith('.conf'))
    .map(({ directory, name, kind, lines }) => ({
      path: `${DIRECTORIES[directory]}/${kindOfDirectory}/${name}`,
      ...(kind === 'mask' && { kind: 'mask', target: '/dev/null' }),
      ...(kind === 'dangling' && { kind: 'other', target: 'nowhere' }),
      ...(kind === 'directory' && { kind: 'other' }),
      ...(kind === 'file' && { kind: 'file' }),
      lines: kind === 'file' ? lines.map((text, i) => ({ number: i + 1, text })) : [],
    })) as ConfigFile[];
}

/** The tree on disk; disposing of it removes it. */
export interface TreeOnDisk extends Disposable {
  /** Stands for /, as far as lib/modules goes. */
  root: string;
  /** The four directories, by precedence. */
  directories: readonly string[];
}

export function writeTree(tree: RandomTree, version: string): TreeOnDisk {
  const root = mkdtempSync(join(tmpdir(), 'netprereq-modules-'));
  writeKernel(root, version, tree.kernel);
  const directories = writeFiles(join(root, 'modprobe'), tree.files);
  return { root, directories, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** Writes the files into four directories, and gives those by precedence. */
export function writeFiles(parent: string, files: readonly RandomFile[]): string[] {
  const directories = DIRECTORIES.map((_, i) => join(parent, `${i}`));
  for (const directory of directories) mkdirSync(directory, { recursive: true });
  for (const { directory, name, kind, lines } of files) {
    const path = join(directories[directory] ?? parent, name);
    if (kind === 'directory') mkdirSync(path);
    else if (kind === 'file') writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    else symlinkSync(kind === 'mask' ? '/dev/null' : 'nowhere', path);
  }
  return directories;
}

/** Trees that are smaller by one thing: a file, a line, a module, a name. */
export function smaller(tree: RandomTree): RandomTree[] {
  const without = <T>(list: readonly T[]) => list.map((_, i) => list.filter((_, j) => j !== i));
  const modules = Object.keys(tree.kernel.dependencies);
  return [
    ...without(tree.names).map((names) => ({ ...tree, names })),
    ...without(tree.files).map((files) => ({ ...tree, files })),
    ...fewerLines(tree.files).map((files) => ({ ...tree, files })),
    ...modules.map((gone) => ({
      ...tree,
      kernel: { ...tree.kernel, dependencies: withoutModule(tree.kernel.dependencies, gone) },
    })),
  ];
}

/** The files with one line less. */
export function fewerLines(files: readonly RandomFile[]): RandomFile[][] {
  return files.flatMap((file, i) =>
    file.lines.map((_, j) => files.with(i, { ...file, lines: file.lines.filter((_line, k) => k !== j) })),
  );
}

function withoutModule(dependencies: MadeUpKernel['dependencies'], gone: string): MadeUpKernel['dependencies'] {
  const entries = Object.entries(dependencies).filter(([name]) => name !== gone);
  return Object.fromEntries(entries.map(([name, needs]) => [name, needs.filter((other) => other !== gone)]));
}
