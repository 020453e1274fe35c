import type { NodeFacts } from '../facts/facts.ts';
import type { Origin } from '../facts/origin.ts';
import type { Obstacle } from './obstacles.ts';

/** Whether the next boot has a module, and what decides that. */
export interface ModuleBoot {
  /** By the service that sets the sysctls: there when it runs, there later, there one day but who knows when, not at all. */
  present: 'before-sysctl' | 'after-sysctl' | 'some-time' | 'never' | 'unknown';
  /** What loads it; absent for a module that is built in, or that is loaded when something needs it. */
  source?: Origin | { readonly agent: string };
  /** What keeps it from being loaded. */
  stoppedBy?: Obstacle;
  /** The udev rule that sets the sysctls of net.bridge again when the module comes. */
  reapplied?: { file: string; line: number };
  /** The udev rule that may do so, where it is not known what it finds. */
  mayBeReapplied?: { file: string; line: number };
  /** Why nothing is known of the sysctls of net.bridge, whenever the module comes: a udev rule about it that is not understood. */
  sysctlsUnclear?: string;
  /** One clause that says how this came about, with a node's text in it. */
  because: string;
  /** The release that was judged, where that is not the running kernel's. */
  kernel?: string;
}

/** What the simulation reads of a node; the sysctls only tell that a module is at work now. */
export type ModuleBootFacts = Pick<NodeFacts, 'boot' | 'kernel' | 'modules' | 'os' | 'container'> &
  Partial<Pick<NodeFacts, 'sysctls'>>;

export function unknown(because: string): ModuleBoot {
  return { present: 'unknown', because };
}

/** The kernel's own word needs nothing else to be true. */
export function isRefused({ present, stoppedBy }: ModuleBoot): boolean {
  return (
    present === 'never' &&
    stoppedBy !== undefined &&
    'commandLine' in stoppedBy &&
    !stoppedBy.commandLine.startsWith('modprobe.')
  );
}
