import type { NodeFacts } from '../facts/facts.ts';

/** Who read the facts: a privileged pod, one without privilege, a process on the node itself. */
export type Reader = 'pod' | 'unprivileged pod' | 'host';

/**
 * Whether what was read under /proc/sys/net belongs to the node: true, or one line that says why that is in doubt.
 * /proc/sys/net always shows the reader's own network namespace, whichever mount of /proc it is read through, and a fresh
 * namespace starts with bridge-nf-call-iptables = 1: a probe that was put on the pod network would report a false pass.
 *
 * `by`: a pod must have both inodes; one without privilege may be kept from /proc/1/net, which would prove it. 'host' is a
 * process on the node itself, which without root may not look at process 1: there the absence of any hint of a container has to do.
 */
export function readFromNode(facts: NodeFacts, by: Reader = 'pod'): true | string {
  const { self, init } = facts.netns;
  if (self !== undefined && init !== undefined) {
    return self === init || "the probe ran in a network namespace of its own, not in the node's";
  }
  if (by === 'host' && self !== undefined && facts.container === null) return true;
  const doubt = "the probe could not tell whether it ran in the node's network namespace";
  const reason = ": the node's /proc/1/net was not readable without privilege (SELinux, hidepid)";
  return by === 'unprivileged pod' ? doubt + reason : doubt;
}
