import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { bottlerocket } from './bottlerocket.ts';
import { container } from './container.ts';
import { ephemeral } from './ephemeral.ts';
import { ignition } from './ignition.ts';
import { nixos } from './nixos.ts';
import { openrc } from './openrc.ts';
import { openshift } from './openshift.ts';
import type { System } from './system.ts';
import { systemd } from './systemd.ts';
import { talos } from './talos.ts';

export type { Lacking, System } from './system.ts';

/** What is known by its name before what is known by a trait. */
const SPECIAL = [talos, bottlerocket, nixos, openshift, ignition, ephemeral] as const;

/** In the order in which docs show them. */
export const SYSTEMS = [systemd, openrc, ...SPECIAL, container] as const satisfies readonly System[];

/** In the order in which they are asked: whatever else a container seems to be, it is one. */
const ASKED: readonly System[] = [container, ...SPECIAL, openrc, systemd];

/** Recognises a node's operating system; an unknown one is taken for an ordinary distribution with systemd. */
export function systemOf(facts: NodeFacts, profile: ClusterProfile): System {
  return ASKED.find((system) => system.is(facts, profile)) ?? systemd;
}
