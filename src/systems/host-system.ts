import { isAlpineOpenrc } from '../boot/openrc.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { isFleeting } from '../judge/fleeting.ts';

/** How a node's settings are kept over a boot, which decides what a person has to do. */
export type HostSystem =
  | 'systemd'
  | 'openrc'
  | 'talos'
  | 'bottlerocket'
  | 'nixos'
  | 'openshift'
  | 'ignition'
  /** /etc is new at each boot. */
  | 'ephemeral'
  | 'container';

/** Systems that are recognised by os-release's ID alone. */
const BY_ID: Readonly<Record<string, HostSystem>> = {
  talos: 'talos',
  bottlerocket: 'bottlerocket',
  nixos: 'nixos',
  rhcos: 'openshift',
  scos: 'openshift',
  flatcar: 'ignition',
  cos: 'ephemeral',
  k3os: 'ephemeral',
  kairos: 'ephemeral',
  elemental: 'ephemeral',
  'elemental-teal': 'ephemeral',
  'sle-micro-rancher': 'ephemeral',
};

/** Recognises the node's system; an unknown one is taken for an ordinary distribution with systemd. */
export function hostSystem(facts: NodeFacts, profile: ClusterProfile): HostSystem {
  const { id, variantId } = facts.os;
  const known = id !== undefined && Object.hasOwn(BY_ID, id) ? BY_ID[id] : undefined;
  // Talos also runs in Docker, where it is the outer host that decides.
  if (facts.container) return 'container';
  if (known && !(known === 'ephemeral' && facts.boot.image)) return known;
  if (variantId === 'coreos') return id === 'fedora' && profile.distribution !== 'openshift' ? 'ignition' : 'openshift';
  if ((['/etc', '/etc/sysctl.d', '/etc/modules-load.d'] as const).some((place) => isFleeting(place, facts))) {
    return 'ephemeral';
  }
  const init = facts.boot.init;
  if (isAlpineOpenrc(facts)) return 'openrc';
  if (id === 'gentoo' && init !== undefined && init !== 'systemd') return 'openrc';
  return 'systemd';
}
