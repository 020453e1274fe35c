import { BootRuns } from '../../../src/boot/sysctl-boot.ts';
import { interfaceOf } from '../../../src/boot/sysctl-interfaces.ts';
import { Kernel, loadModules, needsModule, write } from '../../../src/boot/sysctl-kernel.ts';
import { sysctl } from '../../../src/boot/sysctl-keys.ts';
import { type ProgramName, run, runNone } from '../../../src/boot/sysctl-programs.ts';
import { reapplications, runningKernel } from '../../../src/boot/sysctl-reapply.ts';
import type { Universe } from '../../../src/boot/sysctl-universe.ts';
import { universeOfNode } from '../../../src/boot/sysctl-universe.ts';
import type { BootValue, Run } from '../../../src/boot/sysctl-value.ts';
import type { ConfigFile, NodeFacts, Reading } from '../../../src/facts/facts.ts';
import { KEYS, OTHERS, SWITCHES } from './sysctl-followed.ts';
import type { Real, Values } from './sysctl-real.ts';
import { contentOf, type Tree } from './sysctl-tree.ts';

/** Releases of the programs on this machine. */
export interface Releases {
  systemd: ProgramName;
  procps: ProgramName;
}

/** How often the simulation gave a value, and how often it said that it does not know. */
export interface Tally {
  known: number;
  unknown: number;
}

/**
 * Where the simulation and the real programs differ, one sentence each. Twice per program: as the release that ran, and as the
 * whole simulation, which does not know the release and may say that the value is unknown.
 * @param keys those to compare; where lines of others are not among the files, only some
 */
export function differences(
  tree: Tree,
  files: readonly ConfigFile[],
  real: Real,
  releases: Releases,
  tally: Tally = { known: 0, unknown: 0 },
  keys: readonly string[] = KEYS,
): string[] {
  const { parameters = [], masked } = tree;
  const commandLine = parameters.map(([path, value]) => `sysctl.${path.replaceAll('/', '.')}=${value}`).join(' ');
  const maskedUnits = masked ? ['systemd-sysctl.service'] : [];
  const inputs = { init: 'systemd', commandLine, maskedUnits, sysctl: files };
  const exists = real.boot['net.bridge.bridge-nf-call-iptables'] !== undefined;
  const presence = !exists ? 'never' : tree.bridge ? 'builtin' : 'after';
  const now = readings(real.now, tree.bridge);
  const later = keys.filter((key) => tree.bridge || sysctl(key).needs !== 'br_netfilter');
  const universe = universeOfNode(now, []);
  const booted = kernelAtBoot(universe, tree, presence === 'builtin');
  const result = masked ? runNone(booted, files) : run(releases.systemd, booted, files);
  if (presence === 'after') loadModules(booted);
  const reapplied = runningKernel(universe, now);
  run(releases.procps, reapplied, files);
  const late = kernelAtBoot(universe, tree, presence === 'builtin');
  run(releases.systemd, late, files, (path) => interfaceOf(path)?.name === 'lo');
  for (const key of SWITCHES) tally[booted.get(key)?.value === undefined ? 'unknown' : 'known']++;
  const boots = new BootRuns(inputs, universe, { kernelReleases: ['6.1.0'] });
  const reapply = reapplications(inputs, universe, now);
  // The simulation has interfaces come when the kernel has read its command line; here the loopback is there before.
  const simple = keys.filter((key) => parameters.length === 0 || !sysctl(key).of);
  return [
    ...compare('boot', keys, real.boot, (key) => cellOf(booted, key)),
    ...(real.late ? compare('late', later, real.late, (key) => cellOf(late, key)) : []),
    ...compare('reapply', later, real.reapply, (key) => cellOf(reapplied, key)),
    ...compare('the boot', simple, real.boot, (key) => boots.value(key, presence)),
    ...compareLines('boot', keys, files, real.boot, booted),
    ...compareLines('reapply', keys, files, real.reapply, reapplied),
    ...(masked || keys !== KEYS ? [] : compareReplacements(tree, real.log, result)),
    ...compare('the reapply', later, real.reapply, reapply),
  ];
}

/** As sysctl-real.sh begins every boot. */
function kernelAtBoot(universe: Universe, { parameters = [] }: Tree, builtIn: boolean): Kernel {
  const kernel = new Kernel(universe);
  kernel.add((one) => !needsModule(one) || builtIn);
  for (const [key, value] of Object.entries(OTHERS)) kernel.set(key, { value, source: { kernelDefault: true } });
  for (const [path, value] of parameters) write(kernel, path, value, { commandLine: `sysctl.${path}=${value}` });
  return kernel;
}

type Answer = { is: 'value'; value: string } | { is: 'absent' } | { is: 'unknown' } | BootValue;

function cellOf(kernel: Kernel, key: string): Answer {
  const cell = kernel.get(key);
  if (!cell) return { is: 'absent' };
  return cell.value === undefined ? { is: 'unknown' } : { is: 'value', value: cell.value };
}

function compare(when: string, keys: readonly string[], real: Values, simulated: (key: string) => Answer): string[] {
  return keys.flatMap((key) => {
    const answer = simulated(key);
    if (answer.is === 'unknown') return [];
    // What nothing sets stays as the boot began with it.
    const value = answer.is === 'value' ? answer.value : answer.is === 'unset' ? OTHERS[key] : undefined;
    return value === real[key] ? [] : [`${when}: ${key} is ${real[key]}, simulated ${value}`];
  });
}

/** The real value tells the line that decided. */
function compareLines(
  when: string,
  keys: readonly string[],
  files: readonly ConfigFile[],
  real: Values,
  simulated: Kernel,
): string[] {
  return [...simulated].flatMap(([key, cell]) => {
    // Of other keys the files may lack lines.
    if (!keys.includes(key)) return [];
    const value = real[key] ?? '';
    if (!/^[0-9]{4,7}$/.test(value) || cell.value === undefined || !('file' in cell.source)) return [];
    const having = files.flatMap(({ path, lines }) =>
      lines.filter(({ text }) => text.includes(value)).map(({ number }) => `${path}:${number}`),
    );
    const by = `${cell.source.file}:${cell.source.line}`;
    return having.includes(by) ? [] : [`${when}: ${key} is set by ${having.join(' or ')}, simulated ${by}`];
  });
}

/** Before 259 at the message's end, later at its beginning. */
const SAID = [
  /Overwriting earlier assignment of (?<key>\S+) at '(?<file>\S+):(?<line>[0-9]+)'/g,
  /^(?<file>\S+):(?<line>[0-9]+): Overwriting earlier assignment of '(?<key>\S+)'\.$/gm,
];

/** Which line took the place of an earlier one of the same key, as systemd-sysctl says itself. */
function compareReplacements(tree: Tree, log: string, { losses }: Run): string[] {
  // A newline in a name tears the messages apart, and other bytes may be shown in other ways.
  if ([...tree.entries.keys()].some((path) => !/^[!-~]+$/.test(path))) return [];
  // It counts a carriage return and a NUL as the end of a line, where the report counts lines as editors do.
  const counts = ![...tree.entries.values()].some((entry) => 'lines' in entry && /[\r\0]/.test(contentOf(entry)));
  const at = (file: string, line: string | number) => (counts ? `${file}:${line}` : file);
  const plain = (path: string) => /^[!-~]{1,200}$/.test(path);
  // In the end it refuses to write to such a path, so that to us neither line is one.
  const refused = (path: string) => path.split('/').includes('..');
  const said = SAID.flatMap((form) => [...log.matchAll(form)])
    .map(({ groups: { key = '', file = '', line = '' } = {} }) => ({ key, place: at(file, line) }))
    .filter(({ key }) => plain(key) && !refused(key))
    .map(({ key, place }) => `${key} at ${place}`);
  const simulated = [...losses.lines].flatMap(([{ path }, { fate, by }]) =>
    (fate === 'overridden' || fate === 'taken back') && by && 'path' in by && plain(path)
      ? [`${path} at ${at(by.file, by.line)}`]
      : [],
  );
  return said.sort().join() === simulated.sort().join() ? [] : [`replaced: ${said}; simulated: ${simulated}`];
}

function readings(values: Values, bridge: boolean): NodeFacts['sysctls'] {
  return Object.fromEntries(
    KEYS.map((key): [string, Reading] => {
      const value = bridge || sysctl(key).needs !== 'br_netfilter' ? values[key] : undefined;
      return [key, value === undefined ? { is: 'absent' } : { is: 'value', value }];
    }),
  );
}
