import { CNI_BRIDGES } from '../cnis/lookup.ts';
import type { Bridge, NodeFacts } from '../facts/facts.ts';

const OF_A_CNI = new Set([...CNI_BRIDGES, 'nerdctl0']);
const OF_OTHERS = /^(docker|br-[0-9a-f]{12}$|virbr|lxdbr|lxcbr|incusbr|podman|cni-podman|vmbr)/;

/**
 * The node's bridges that carry pods: those that a CNI names, with or without ports at the moment, and any other one whose
 * ports look like pods' and that no container engine or hypervisor is known to make. undefined: bridges were not read.
 */
export function podBridges(facts: NodeFacts): readonly Bridge[] | undefined {
  return facts.bridges?.filter(
    ({ name, ports }) => OF_A_CNI.has(name) || (!OF_OTHERS.test(name) && ports.some((port) => port.startsWith('veth'))),
  );
}

/** Names of the bridges in use that carry no pods: what bridge netfilter would filter as well. */
export function otherBridgesInUse(facts: NodeFacts): string[] {
  const pods = new Set(podBridges(facts));
  return (facts.bridges ?? []).filter((bridge) => bridge.portCount > 0 && !pods.has(bridge)).map(({ name }) => name);
}
