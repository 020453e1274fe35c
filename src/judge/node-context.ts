import { type Boot, bootOf } from '../boot/boot.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { type System, systemOf } from '../systems/index.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';

/** One node as requirements judge it: what it told, its cluster, its next boot, its operating system. */
export interface NodeContext {
  readonly facts: NodeFacts;
  readonly profile: ClusterProfile;
  /** Computed once, however many rules ask. */
  readonly boot: Boot;
  readonly system: System;
}

/** Puts together what the judgement of one node needs. Pure; the boot is simulated when a rule asks for it. */
export function nodeContext(facts: NodeFacts, profile: ClusterProfile): NodeContext {
  return {
    facts,
    profile,
    boot: bootOf(facts, profile, { sysctl: SYSCTL_FILE, modules: MODULES_FILE }),
    system: systemOf(facts, profile),
  };
}
