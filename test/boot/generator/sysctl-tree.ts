import { type Random, randomFrom } from './random.ts';
import { randomLine, randomPath, TOLD_BY_VALUE } from './sysctl-line.ts';

/** What stands at a path of a made-up node. */
export type Entry = { lines: string[]; end: string } | { link: string } | { directory: true };

/** The sysctl files of a made-up node, and what of it matters besides. */
export interface Tree {
  seed: number;
  /** By absolute path. Text is latin1: each character is one byte. */
  entries: Map<string, Entry>;
  /** /lib is a directory of its own. */
  split: boolean;
  /** The keys of br_netfilter exist when the files are applied. */
  bridge: boolean;
  /** What the kernel's command line sets before anything else, by paths. */
  parameters?: [path: string, value: string][];
  /** systemd-sysctl.service is masked. */
  masked?: boolean;
  /** What the generator put into it. */
  features: Set<string>;
}

const NAMES = [
  '10-a.conf',
  '50-default.conf',
  '99-sysctl.conf',
  '99-kubernetes-cri.conf',
  '99-zz-netprereq.conf',
  'k8s.conf',
  'Z.conf',
];
const ODD_NAMES = [
  'a b.conf',
  "it's.conf",
  '$(id).conf',
  'new\nline.conf',
  '\xc3\xa9.conf',
  'x.conf.conf',
  '60-"q".conf',
  '[k]8s.conf',
  '7\\x41.conf',
];
const IGNORED_NAMES = ['README', 'x.conf.bak', '99-late.conf~', 'zz.CONF', 'conf'];
const DIRECTORIES = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'];

/** A tree of which this seed determines everything. */
export function randomTree(seed: number): Tree {
  const random = randomFrom(seed);
  const tree: Tree = {
    seed,
    entries: new Map(),
    split: random.chance(0.2),
    bridge: !random.chance(0.15),
    features: new Set(),
  };
  if (random.chance(0.25)) tree.features.add(TOLD_BY_VALUE);
  if (random.chance(0.2)) {
    const one = (): [string, string] => [randomPath(random), random.pick(['0', '1', '2', '0x1', 'x'])];
    const parameters = Array.from({ length: 1 + random.below(3) }, one);
    // What is not there yet is not set by it.
    tree.parameters = parameters.filter(([path]) => tree.bridge || !path.startsWith('net/bridge'));
    tree.features.add('sysctl. on the command line');
  }
  if (random.chance(0.05)) {
    tree.masked = true;
    tree.features.add('masked service');
  }
  if (random.chance(0.3)) tree.features.add(PLAIN_LINES);
  if (tree.split) tree.features.add('/lib of its own');
  if (!tree.bridge) tree.features.add('br_netfilter not there');
  for (let count = 1 + random.below(6); count > 0; count--) addFile(tree, random);
  if (random.chance(0.5)) {
    tree.entries.set('/etc/sysctl.conf', randomFile(tree, random));
    tree.features.add('/etc/sysctl.conf');
    if (random.chance(0.5)) {
      tree.entries.set('/etc/sysctl.d/99-sysctl.conf', { link: random.pick(['../sysctl.conf', '/etc/sysctl.conf']) });
      tree.features.add('link to /etc/sysctl.conf');
    }
  }
  return tree;
}

function addFile(tree: Tree, random: Random): void {
  const directory = random.pick(tree.split ? DIRECTORIES : DIRECTORIES.slice(0, -1));
  const name = random.pick(random.chance(0.1) ? ODD_NAMES : random.chance(0.07) ? IGNORED_NAMES : NAMES);
  const path = `${directory}/sysctl.d/${name}`;
  if (ODD_NAMES.includes(name)) tree.features.add('odd file name');
  if (IGNORED_NAMES.includes(name)) tree.features.add('not *.conf');
  if ([...tree.entries.keys()].some((other) => other !== path && other.endsWith(`/${name}`))) {
    tree.features.add('same name in two directories');
  }
  tree.entries.set(path, randomEntry(tree, random));
}

function randomEntry(tree: Tree, random: Random): Entry {
  const kind = random.below(40);
  const odd: [string, Entry][] = [
    ['mask', { link: '/dev/null' }],
    ['mask', { link: '../../dev/null' }],
    ['dangling link', { link: 'nowhere' }],
    ['directory named *.conf', { directory: true }],
    ['empty file', { lines: [], end: '' }],
    [
      'link to another file',
      { link: random.pick(['k8s.conf', '/usr/lib/sysctl.d/k8s.conf', '../sysctl.d/10-a.conf']) },
    ],
    ['link that loops', { link: '99-sysctl.conf' }],
  ];
  const [feature, entry] = odd[kind] ?? ['file', randomFile(tree, random)];
  tree.features.add(feature);
  return entry;
}

/** The feature of trees in which systemd counts lines as editors do. */
const PLAIN_LINES = 'no carriage return anywhere';

function randomFile(tree: Tree, random: Random): Entry {
  const lines = Array.from({ length: 1 + random.below(5) }, () => randomLine(random, tree.features));
  const end = random.pick(['\n', '\n', '\n', '\n', '', '\r\n', '\0', '\n\r', '\x1a']);
  if (tree.features.has(PLAIN_LINES)) return { lines: lines.map((line) => line.replace(/[\r\0]/g, ' ')), end: '\n' };
  if (end !== '\n') tree.features.add(`file ends in ${JSON.stringify(end)}`);
  return { lines, end };
}

/** The bytes of a file, as latin1 text. */
export function contentOf({ lines, end }: { lines: readonly string[]; end: string }): string {
  return lines.length === 0 ? '' : lines.join('\n') + end;
}

/** Trees with one entry or one line less than this one. */
export function smaller(tree: Tree): Tree[] {
  const without = (change: (entries: Map<string, Entry>) => void): Tree => {
    const entries = new Map(tree.entries);
    change(entries);
    return { ...tree, entries };
  };
  return [...tree.entries].flatMap(([path, entry]) => [
    without((entries) => entries.delete(path)),
    ...('lines' in entry ? entry.lines : []).map((_, at) =>
      without((entries) => {
        if ('lines' in entry) entries.set(path, { ...entry, lines: entry.lines.toSpliced(at, 1) });
      }),
    ),
  ]);
}

/** A tree as a person reads it. */
export function describeTree(tree: Tree): string {
  const entries = [...tree.entries].map(([path, entry]) => {
    if ('lines' in entry) return `${JSON.stringify(path)}: ${JSON.stringify(contentOf(entry))}`;
    return `${JSON.stringify(path)} ${'link' in entry ? `-> ${entry.link}` : 'is a directory'}`;
  });
  const parameters = (tree.parameters ?? []).map(([path, value]) => `, ${path}=${value}`).join('');
  const more = `${parameters}${tree.masked ? ', masked' : ''}`;
  return [
    `seed ${tree.seed}${tree.split ? ', split /lib' : ''}${tree.bridge ? '' : ', no br_netfilter'}${more}`,
    ...entries,
  ].join('\n  ');
}
