import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { sysctl } from '../../../src/boot/sysctl-keys.ts';
import { KEYS, OTHERS, UNIVERSE } from './sysctl-followed.ts';
import script from './sysctl-real.sh';
import { contentOf, type Tree } from './sysctl-tree.ts';

/** The values of all sysctls, blanks squeezed; undefined: there is no such key. */
export type Values = Readonly<Record<string, string | undefined>>;

/** What the real programs made of a tree. */
export interface Real {
  /** After systemd-sysctl on a fresh kernel. */
  boot: Values;
  /** What systemd-sysctl said of its work, as latin1 text. */
  log: string;
  /** After systemd-sysctl for the loopback's own sysctls alone, on a fresh kernel; of some trees. */
  late?: Values;
  /** Before and after `sysctl --system`. */
  now: Values;
  reapply: Values;
}

const PROGRAMS = {
  'systemd-sysctl': ['/usr/lib/systemd/systemd-sysctl', '/lib/systemd/systemd-sysctl'],
  sysctl: ['/usr/sbin/sysctl', '/sbin/sysctl'],
};

/** The root directory whose programs are run: those of another release than this machine has. */
const ROOT = process.env.NETPREREQ_PROGRAMS ?? '/';

/** Why the real programs cannot be run here; undefined: they can. */
export function whyNotReal(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('unshare', ['-n', '-m', 'mount', '--make-rprivate', '/']).status !== 0) return 'needs namespaces';
  for (const [name, version] of [
    ['systemd-sysctl', /^systemd \d/],
    ['sysctl', /procps/],
  ] as const) {
    if (!version.test(versionOf(name))) return `needs the real ${name}`;
  }
  return undefined;
}

/** What the program says of its release. */
export function versionOf(name: keyof typeof PROGRAMS): string {
  return `${spawnSync('chroot', [ROOT, pathOf(name), '--version'], { encoding: 'utf8' }).stdout}`;
}

function pathOf(name: keyof typeof PROGRAMS): string {
  return PROGRAMS[name].find((path) => existsSync(join(ROOT, path))) ?? name;
}

/** A directory in which trees are made and given to the real programs. Disposing of it removes it. */
export class Workshop implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'netprereq-boot-'));
  readonly #tools: string[];
  #made = 0;

  constructor() {
    mkdirSync(join(this.#directory, 'tools'));
    const programs = [pathOf('systemd-sysctl'), pathOf('sysctl')];
    this.#tools = [...new Set(programs.flatMap((path) => [path, ...librariesOf(path)]))].map((path) => {
      const name = basename(path).startsWith('ld-') ? 'ld.so' : basename(path);
      copyFileSync(join(ROOT, realPath(path)), join(this.#directory, 'tools', name));
      return name;
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What the real programs make of each tree, and the roots of the trees, which stay until the next call. */
  run(trees: readonly Tree[]): { real: Real; root: string }[] {
    const numbers = trees.map((tree) => this.#make(tree));
    const keys = KEYS.map((key) => sysctl(key).paths[0]).join(' ');
    const others = Object.entries(OTHERS).map(([key, value]) => `put ${sysctl(key).paths[0]} '${value}'\n`);
    const input = trees
      .map(({ bridge, seed, masked, parameters = [] }, i) =>
        [numbers[i], bridge ? 1 : 0, seed % 2, masked ? 0 : 1, ...parameters.map((one) => one.join('='))].join(' '),
      )
      .map((line) => `${line}\n`)
      .join('');
    const { stdout, stderr, status } = spawnSync(
      'unshare',
      ['-n', '-m', 'sh', '-c', script, 'sh', this.#directory, keys, others.join('')],
      {
        input,
        encoding: 'utf8',
        timeout: 300_000,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    if (status !== 0 || stderr !== '') throw new Error(`the real programs ended with ${status}: ${stderr}`);
    const [header = '', ...lines] = stdout.trimEnd().split('\n');
    const there = header
      .split(' ')
      .slice(1)
      .map((path) => UNIVERSE.keyOf(path));
    const values = new Map(lines.map((line) => valuesOf(line, there)));
    const of = (number: number, when: string): Values => {
      const found = values.get(`${number} ${when}`);
      if (!found) throw new Error(`no values of ${number} ${when}`);
      return found;
    };
    return numbers.map((number) => ({
      real: {
        boot: of(number, 'boot'),
        ...(values.has(`${number} late`) && { late: of(number, 'late') }),
        log: this.#log(number),
        now: of(number, 'now'),
        reapply: of(number, 'reapply'),
      },
      root: join(this.#directory, String(number)),
    }));
  }

  /** Removes the trees that were made so far. */
  clear(): void {
    for (; this.#made > 0; this.#made--) {
      rmSync(join(this.#directory, String(this.#made)), { recursive: true });
      rmSync(join(this.#directory, `${this.#made}.log`), { force: true });
    }
  }

  #log(number: number): string {
    const path = join(this.#directory, `${number}.log`);
    return existsSync(path) ? readFileSync(path, 'latin1') : '';
  }

  #make(tree: Tree): number {
    const number = ++this.#made;
    const root = join(this.#directory, String(number));
    for (const directory of ['tools', 'proc', 'dev', 'etc', 'run', 'usr/lib', 'usr/local/lib']) {
      mkdirSync(join(root, directory), { recursive: true });
    }
    if (tree.split) mkdirSync(join(root, 'lib'));
    else symlinkSync('usr/lib', join(root, 'lib'));
    writeFileSync(join(root, 'dev/null'), '');
    for (const name of this.#tools) linkSync(join(this.#directory, 'tools', name), join(root, 'tools', name));
    for (const [path, entry] of tree.entries) {
      const at = Buffer.concat([Buffer.from(root), Buffer.from(path, 'latin1')]);
      mkdirSync(join(root, dirname(path)), { recursive: true });
      if ('link' in entry) symlinkSync(entry.link, at);
      else if ('directory' in entry) mkdirSync(at);
      else writeFileSync(at, contentOf(entry), 'latin1');
    }
    return number;
  }
}

/** Without links: an absolute one leads to the file of that root. */
function realPath(path: string): string {
  return spawnSync('chroot', [ROOT, 'readlink', '-f', path], { encoding: 'utf8' }).stdout.trim();
}

function librariesOf(program: string): string[] {
  const { stdout } = spawnSync('chroot', [ROOT, 'ldd', program], { encoding: 'utf8' });
  return Array.from(stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm), ([, path = '']) => path);
}

/** The values of a line, for the keys that there are. */
function valuesOf(line: string, keys: readonly (string | undefined)[]): [string, Values] {
  const [number, when, ...values] = line.split(' ');
  const found = new Map(keys.map((key, i) => [key, values[i]?.replaceAll('+', ' ').replace(/^-$/, '')]));
  return [`${number} ${when}`, Object.fromEntries(KEYS.map((key) => [key, found.get(key)]))];
}
