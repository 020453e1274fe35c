import { simulateSysctlBoot } from '../../../src/boot/sysctl-boot.ts';
import { kernelAtStart, readCommandLine } from '../../../src/boot/sysctl-command-line.ts';
import { type Kernel, loadBrNetfilter } from '../../../src/boot/sysctl-kernel.ts';
import { SYSCTL_KEYS, type SysctlKey, sysctl } from '../../../src/boot/sysctl-keys.ts';
import { type ProgramName, run } from '../../../src/boot/sysctl-programs.ts';
import { runningKernel, simulateReapply } from '../../../src/boot/sysctl-reapply.ts';
import type { BootValue } from '../../../src/boot/sysctl-value.ts';
import type { ConfigFile, NodeFacts, Reading } from '../../../src/collect/facts.ts';
import type { Real, Values } from './sysctl-real.ts';
import type { Tree } from './sysctl-tree.ts';

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
  const inputs = { init: 'systemd', commandLine: '', maskedUnits: [], sysctl: files };
  const exists = real.boot['net.bridge.bridge-nf-call-iptables'] !== undefined;
  const presence = !exists ? 'never' : tree.bridge ? 'builtin' : 'after';
  const now = readings(real.now, tree.bridge);
  const later = SYSCTL_KEYS.filter((key) => tree.bridge || sysctl(key).needs !== 'br_netfilter');
  const booted = kernelAtStart(readCommandLine(''), presence === 'builtin', true);
  run(releases.systemd, booted, files);
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
      simulateSysctlBoot(inputs, SYSCTL_KEYS, { brNetfilter: presence }),
    ),
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

function readings(values: Values, bridge: boolean): NodeFacts['sysctls'] {
  return Object.fromEntries(
    SYSCTL_KEYS.map((key): [string, Reading] => {
      const value = bridge || sysctl(key).needs !== 'br_netfilter' ? values[key] : undefined;
      return [key, value === undefined ? { is: 'absent' } : { is: 'value', value }];
    }),
  );
}
