import { knownModule } from '../boot/known-modules.ts';
import { otherBridgesInUse } from '../boot/pod-bridges.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { cniOf } from '../cnis/lookup.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { isOn } from '../judge/comparator.ts';
import { run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal, Step } from './plan.ts';

/**
 * Bridge netfilter sends the packets of every bridge of the node through its packet filter: virtual machines have lost their
 * network to that. What the filter would do with them cannot be told, because policies are read by iptables or nft only, which
 * the node may lack and the reader does without.
 * @returns why the steps must not be taken unless somebody has allowed it; undefined: they concern no other bridge
 */
export function otherBridgesRefusal(
  steps: readonly Step[],
  facts: NodeFacts,
  profile: ClusterProfile,
): Omit<Refusal, 'node'> | undefined {
  if (!steps.some((step) => switchesOn(step, facts))) return undefined;
  const others = otherBridgesInUse(facts, profile);
  if (facts.bridges && others.length === 0) return undefined;
  const found = facts.bridges
    ? `this node has bridges in use that carry no pods: ${excerpt(others.join(', '), 256)}`
    : "this node's bridges were not read";
  return {
    reason: `bridge netfilter would filter every bridge, and ${found}`,
    remedy: [
      'Check the policy of FORWARD, which only these commands show:',
      run('iptables -S FORWARD'),
      run('nft list ruleset'),
      'If it accepts their traffic, or it does not matter: --allow-other-bridges',
    ],
  };
}

/**
 * Whether the steps send what pods say to each other through FORWARD, where nobody is known to accept it: the node then looks whether its
 * policy drops it.
 */
export function sendsToForward(steps: readonly Step[], facts: NodeFacts, profile: ClusterProfile): boolean {
  const { cni, cniUnconfirmed } = profile;
  const acceptsItself = cni !== undefined && !cniUnconfirmed && cniOf(cni).acceptsForward;
  return !acceptsItself && steps.some((step) => switchesOn(step, facts));
}

function switchesOn(step: Step, { sysctls }: NodeFacts): boolean {
  if ('module' in step) {
    const shownBy = knownModule('br_netfilter')?.shownBy ?? '';
    return step.module === 'br_netfilter' && sysctls[shownBy]?.is !== 'value';
  }
  if (!('key' in step)) return false;
  const reading = sysctls[step.key];
  return step.key.startsWith('net.bridge.') && !(reading?.is === 'value' && isOn(reading.value));
}
