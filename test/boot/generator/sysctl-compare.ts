import { simulateSysctlBoot } from '../../../src/boot/sysctl-boot.ts';
import { kernelAtStart, readCommandLine } from '../../../src/boot/sysctl-command-line.ts';
import { type Kernel, loadBrNetfilter } from '../../../src/boot/sysctl-kernel.ts';
import { SYSCTL_KEYS, type SysctlKey, sysctl } from '../../../src/boot/sysctl-keys.ts';
import { type ProgramName, run, runNone } from '../../../src/boot/sysctl-programs.ts';
import { runningKernel, simulateReapply } from '../../../src/boot/sysctl-reapply.ts';
import type { BootValue, Outcome } from '../../../src/boot/sysctl-value.ts';
import type { ConfigFile, NodeFacts, Reading } from '../../../src/facts/facts.ts';
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
 */
export function differences(
  tree: Tree,
  files: readonly ConfigFile[],
  real: Real,
  releases: Releases,
  tally: Tally = { known: 0, unknown: 0 },
): string[] {
  const { parameters = [], masked } = tree;
  const commandLine = parameters.map(([path, value]) => `sysctl.${path.replaceAll('/', '.')}=${value}`).join(' ');
  const maskedUnits = masked ? ['systemd-sysctl.service'] : [];
  const inputs = { init: 'systemd', commandLine, maskedUnits, sysctl: files };
  const exists = real.boot['net.bridge.bridge-nf-call-iptables'] !== undefined;
  const presence = !exists ? 'never' : tree.bridge ? 'builtin' : 'after';
  const now = readings(real.now, tree.bridge);
  const later = SYSCTL_KEYS.filter((key) => tree.bridge || sysctl(key).needs !== 'br_netfilter');
  const booted = kernelAtStart(readCommandLine(commandLine), presence === 'builtin', true);
  const outcome = masked ? runNone(booted, files) : run(releases.systemd, booted, files);
  if (presence === 'after') loadBrNetfilter(booted);
  const reapplied = runningKernel(now);
  run(releases.procps, reapplied, files);
  for (const key of SYSCTL_KEYS) tally[booted.get(key)?.value === undefined ? 'unknown' : 'known']++;
  return [
    ...compare('boot', SYSCTL_KEYS, real.boot, (key) => cellOf(booted, key)),
    ...compare('reapply', later, real.reapply, (key) => cellOf(reapplied, key)),
    ...compareValues(
      'the boot',
      SYSCTL_KEYS,
      real.boot,
      simulateSysctlBoot(inputs, SYSCTL_KEYS, { brNetfilter: presence, kernelReleases: ['6.1.0'] }),
    ),
    ...compareLines('boot', files, real.boot, booted),
    ...compareLines('reapply', files, real.reapply, reapplied),
    ...(masked ? [] : compareReplacements(tree, real.log, outcome)),
    ...compareValues('the reapply', later, real.reapply, simulateReapply(inputs, SYSCTL_KEYS, now)),
  ];
}

type Answer = { is: 'value'; value: string } | { is: 'absent' } | { is: 'unknown' };

function cellOf(kernel: Kernel, key: SysctlKey): Answer {
  const cell = kernel.get(key);
  if (!cell) return { is: 'absent' };
  return cell.value === undefined ? { is: 'unknown' } : { is: 'value', value: cell.value };
}

function compareValues(
  when: string,
  keys: readonly SysctlKey[],
  real: Values,
  simulated: Readonly<Record<SysctlKey, BootValue>>,
): string[] {
  return compare(when, keys, real, (key) => simulated[key]);
}

function compare(
  when: string,
  keys: readonly SysctlKey[],
  real: Values,
  simulated: (key: SysctlKey) => Answer,
): string[] {
  return keys.flatMap((key) => {
    const answer = simulated(key);
    if (answer.is === 'unknown') return [];
    const value = answer.is === 'value' ? answer.value : undefined;
    return value === real[key] ? [] : [`${when}: ${key} is ${real[key]}, simulated ${value}`];
  });
}

/** The real value tells the line that decided. */
function compareLines(when: string, files: readonly ConfigFile[], real: Values, simulated: Kernel): string[] {
  return [...simulated].flatMap(([key, cell]) => {
    const value = real[key] ?? '';
    if (!/^[0-9]{4,7}$/.test(value) || cell.value === undefined || !('file' in cell.source)) return [];
    const having = files.flatMap(({ path, lines }) =>
      lines.filter(({ text }) => text.includes(value)).map(({ number }) => `${path}:${number}`),
    );
    const by = `${cell.source.file}:${cell.source.line}`;
    return having.includes(by) ? [] : [`${when}: ${key} is set by ${having.join(' or ')}, simulated ${by}`];
  });
}

const SAID = /Overwriting earlier assignment of (\S+) at '(\S+):([0-9]+)'/g;

/** Which line took the place of an earlier one of the same key, as systemd-sysctl says itself. */
function compareReplacements(tree: Tree, log: string, { fates }: Outcome): string[] {
  // A newline in a name tears the messages apart, and other bytes may be shown in other ways.
  if ([...tree.entries.keys()].some((path) => !/^[!-~]+$/.test(path))) return [];
  // It counts a carriage return and a NUL as the end of a line, where the report counts lines as editors do.
  const counts = ![...tree.entries.values()].some((entry) => 'lines' in entry && /[\r\0]/.test(contentOf(entry)));
  const at = (file: string, line: string | number) => (counts ? `${file}:${line}` : file);
  const plain = (path: string) => /^[!-~]{1,200}$/.test(path);
  // In the end it refuses to write to such a path, so that to us neither line is one.
  const refused = (path: string) => path.split('/').includes('..');
  const said = Array.from(log.matchAll(SAID), ([, key = '', file = '', line = '']) => ({ key, place: at(file, line) }))
    .filter(({ key }) => plain(key) && !refused(key))
    .map(({ key, place }) => `${key} at ${place}`);
  const simulated = [...fates].flatMap(([{ path }, { fate, by }]) =>
    (fate === 'overridden' || fate === 'taken back') && by && 'path' in by && plain(path)
      ? [`${path} at ${at(by.file, by.line)}`]
      : [],
  );
  return said.sort().join() === simulated.sort().join() ? [] : [`replaced: ${said}; simulated: ${simulated}`];
}

function readings(values: Values, bridge: boolean): NodeFacts['sysctls'] {
  return Object.fromEntries(
    SYSCTL_KEYS.map((key): [string, Reading] => {
      const value = bridge || sysctl(key).needs !== 'br_netfilter' ? values[key] : undefined;
      return [key, value === undefined ? { is: 'absent' } : { is: 'value', value }];
    }),
  );
}
