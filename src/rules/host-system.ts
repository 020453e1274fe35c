import { isAlpineOpenrc } from '../boot/openrc.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../collect/facts.ts';

/** How a node's settings are kept over a boot, which decides what a person has to do. */
export type HostSystem =
  | 'systemd'
  | 'openrc'
  | 'talos'
  | 'bottlerocket'
  | 'nixos'
  | 'openshift'
  | 'ignition'
  | 'container-optimized'
  | 'container';

/** Systems that are recognised by os-release's ID alone. */
const BY_ID: Readonly<Record<string, HostSystem>> = {
  talos: 'talos',
  bottlerocket: 'bottlerocket',
  nixos: 'nixos',
  rhcos: 'openshift',
  scos: 'openshift',
  flatcar: 'ignition',
  cos: 'container-optimized',
};

/** Recognises the node's system; an unknown one is taken for an ordinary distribution with systemd. */
export function hostSystem(facts: NodeFacts, profile: ClusterProfile): HostSystem {
  const { id, variantId } = facts.os;
  const known = id !== undefined && Object.hasOwn(BY_ID, id) ? BY_ID[id] : undefined;
  // Talos also runs in Docker, where it is the outer host that decides.
  if (facts.container) return 'container';
  if (known) return known;
  if (variantId === 'coreos') return id === 'fedora' && profile.distribution !== 'openshift' ? 'ignition' : 'openshift';
  const init = facts.boot.init;
  if (isAlpineOpenrc(facts)) return 'openrc';
  if (id === 'gentoo' && init !== undefined && init !== 'systemd') return 'openrc';
  return 'systemd';
}
