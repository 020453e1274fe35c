import type { ClusterProfile } from '../cluster/profile.ts';
import type { Cni } from '../cnis/cni.ts';
import { cniOf, isPodLink } from '../cnis/lookup.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { type BridgeProfile, podBridges } from './pod-bridges.ts';
import { interfaceOf } from './sysctl-interfaces.ts';
import { stepsOf, systemdLine } from './sysctl-lines.ts';

/** The switch by which an interface forwards IPv4 packets. */
export function forwardingKey(name: string): string {
  return `net.ipv4.conf.${name.replaceAll('.', '/')}.forwarding`;
}

/** What interfaces take when they come. */
export const NEW_FORWARDING_KEY = 'net.ipv4.conf.default.forwarding';

/** Whether pods' interfaces forward only if conf.default does; where Open vSwitch or nothing joins pods, no such interface is known. */
export function followsDefault(cni: ClusterProfile['cni']): boolean {
  if (cni === undefined) return true;
  const { attachment, switchesPodLinks }: Cni = cniOf(cni);
  return attachment !== 'ovs' && attachment !== 'none' && !switchesPodLinks;
}

/** The interfaces of a node that have to forward IPv4 packets after a boot. */
export interface ForwardingInterfaces {
  /**
   * Those that come when pods do: their bridges, as this node shows them, else the CNI's, or any other one ('' where no name is known); and
   * tunnels that a line of a sysctl file names.
   */
  late: readonly string[];
  /** Those with the default route. */
  uplinks: readonly string[];
}

/** Which interfaces of a node have to forward: a packet is forwarded only where the interface forwards on which it comes in. */
export function forwardingInterfaces(facts: NodeFacts, profile: BridgeProfile): ForwardingInterfaces {
  const uplinks = (facts.uplinks ?? []).slice(0, 2);
  const named = namedLinks(facts, profile);
  if (!followsDefault(profile.cni)) return { late: named, uplinks };
  const found = (podBridges(facts, profile) ?? []).slice(0, 2).map(({ name }) => name);
  const [usual = ''] = profile.cni === undefined ? [] : (cniOf(profile.cni).bridges ?? []);
  return { late: [...(found.length > 0 ? found : [usual]), ...named], uplinks };
}

/** Tunnels and pods' own links whose forwarding a file sets by their names: no other line of the files decides it. */
function namedLinks({ boot }: NodeFacts, { cni }: BridgeProfile): string[] {
  const steps = (boot.sysctl ?? []).flatMap((file) => stepsOf(file, systemdLine));
  const names = steps.flatMap((step) => {
    const of = 'path' in step ? interfaceOf(step.path) : undefined;
    return of?.family === 'ipv4' && of.setting === 'forwarding' && isPodLink(of.name, cni) ? [of.name] : [];
  });
  return [...new Set(names)].slice(0, 4);
}

/** The name of an interface that comes late and of which no name is known. */
export const SOME_INTERFACE = 'new0';

/** The keys that the judgement of such a node asks its boot for. */
export function forwardingKeys({ late, uplinks }: ForwardingInterfaces): string[] {
  return [...late.map((name) => name || SOME_INTERFACE), ...uplinks].map(forwardingKey);
}
