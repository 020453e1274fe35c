import type { NodeFacts } from '../facts/facts.ts';
import { oncePerObject } from '../text/once-per-object.ts';
import { Boot, type BootProfile } from './boot.ts';
import { forwardingInterfaces, forwardingKeys } from './forwarding-interfaces.ts';
import type { OwnFiles } from './own-lines.ts';
import type { BridgeProfile } from './pod-bridges.ts';

/** What the kernel counts and nobody sets: it is another on each node, and no boot brings it back. */
const COUNTERS: ReadonlySet<string> = new Set(['net.netfilter.nf_conntrack_count']);

/** The disk that a node starts from: no other word depends on it, and where nodes were not made of one image each has its own. */
const DISK = /(?<=^|\s)(?:root|resume)=\S*\s?/g;

/** Pools that differ are few, and one boot with all that was simulated takes some hundred kilobytes. */
const KEPT = 16;
/** A node that tells more than any real one is simulated for itself. */
const LONGEST = 128 * 1024;

/** What was asked of nodes: the same object of all of them. */
const requestText = oncePerObject((asked: NonNullable<NodeFacts['asked']>) =>
  JSON.stringify([asked.sysctls, asked.modules]),
);

const boots = new Map<string, Boot>();

/**
 * The next boot of a node. Nodes of a pool have the same kernel, files and settings, and what was simulated for one of them holds for the
 * others: the boots of the latest nodes are kept, by all that a boot depends on.
 */
export function bootOf(facts: NodeFacts, cluster: BootProfile & BridgeProfile, ownFiles: OwnFiles): Boot {
  const { asked, kernel, modules, os, container } = facts;
  const { id: _id, commandLine, ...inputs } = facts.boot;
  // Within quotes it may be a part of another word.
  const line =
    commandLine === undefined || /["']/.test(commandLine) ? commandLine : commandLine.replaceAll(DISK, '').trim();
  const boot = { ...inputs, ...(line !== undefined && { commandLine: line }) };
  const sysctls = Object.fromEntries(Object.entries(facts.sysctls).filter(([key]) => !COUNTERS.has(key)));
  const { distribution, cni, cniUnconfirmed, kubeProxyMode, ipFamilies } = cluster;
  const profile = {
    ...(distribution !== undefined && { distribution }),
    ...(cni !== undefined && { cni }),
    ...(cniUnconfirmed !== undefined && { cniUnconfirmed }),
    ...(kubeProxyMode !== undefined && { kubeProxyMode }),
    ...(ipFamilies !== undefined && { ipFamilies }),
  };
  const about = { boot, kernel, modules, os, sysctls, ...(container !== undefined && { container }) };
  const more = forwardingKeys(forwardingInterfaces(facts, cluster));
  const key = `${asked && requestText(asked)}${JSON.stringify([about, profile, more, ownFiles])}`;
  const known = boots.get(key) ?? new Boot({ ...about, ...(asked && { asked }) }, profile, ownFiles, more);
  if (key.length > LONGEST) return known;
  // The one that was used longest ago is in front.
  boots.delete(key);
  boots.set(key, known);
  for (const oldest of boots.keys()) {
    if (boots.size <= KEPT) break;
    boots.delete(oldest);
  }
  return known;
}
