import { bootOf } from '../boot/alike.ts';
import type { Boot } from '../boot/boot.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { type System, systemOf } from '../systems/index.ts';
import { OWN_FILES } from '../systems/own-files.ts';
import { nodeProfile } from './node-profile.ts';

/** One node as requirements judge it: what it told, its cluster, its next boot, its operating system. */
export interface NodeContext {
  readonly facts: NodeFacts;
  readonly profile: ClusterProfile;
  /** Computed once, however many rules ask. */
  readonly boot: Boot;
  readonly system: System;
}

/** Puts together what the judgement of one node needs: the cluster's profile as this node shows it. Pure; the boot is simulated when a rule asks for it. */
export function nodeContext(facts: NodeFacts, cluster: ClusterProfile): NodeContext {
  const { profile } = nodeProfile(cluster, facts);
  const boot = bootOf(facts, profile, OWN_FILES);
  // What it has in common with nodes that are alike is one object: what was made of that is remembered.
  const { modules, boot: inputs } = boot.facts;
  return {
    facts: { ...facts, modules, boot: inputs },
    profile,
    boot,
    system: systemOf(facts, profile),
  };
}
