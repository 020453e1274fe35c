import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../collect/facts.ts';
import { excerpt } from '../rules/excerpt.ts';
import { type HostSystem, hostSystem } from '../rules/host-system.ts';
import { persistent, RECIPES } from '../rules/persistence.ts';
import type { Chosen } from './lost.ts';
import type { Manual } from './plan.ts';

/** Why fix leaves the files of a system alone; undefined: they are the administrator's, and a line in them lasts. */
const NOT_OURS: Readonly<Record<HostSystem, string | undefined>> = {
  systemd: undefined,
  openrc: undefined,
  talos: 'Talos keeps its settings in the machine config',
  bottlerocket: 'Bottlerocket keeps its settings behind apiclient',
  nixos: 'NixOS generates its files from configuration.nix',
  openshift: "the Machine Config Operator owns this node's files, and marks the node degraded when they are changed",
  ignition: "this node's files come from its Butane/Ignition config, which makes the next node too",
  ephemeral: '/etc is new at each boot of this system',
  container: 'this node is a container',
};

/** Why no file of this node is written; undefined: they may be. */
export function filesNotOurs(facts: NodeFacts, profile: ClusterProfile): string | undefined {
  const system = hostSystem(facts, profile);
  return system === 'container' ? `this node is a container (${excerpt(`${facts.container}`)})` : NOT_OURS[system];
}

/** How such a system keeps what the next boot lacks, in its own terms; one entry per finding. */
export function nativeRepair(lost: readonly Chosen[], facts: NodeFacts, profile: ClusterProfile): Manual[] {
  const recipe = RECIPES[hostSystem(facts, profile)];
  return lost.flatMap(({ finding, repair }) => {
    const { rule, message, boot } = finding;
    if (boot?.verdict === 'pass' || !repair) return [];
    const steps = repair.sysctl
      ? recipe.setSysctl(repair.sysctl)
      : repair.module
        ? recipe.loadModule(repair.module)
        : [];
    return [{ rule, message, remedy: persistent(steps) }];
  });
}
