import { type Agent, findAgents, isClustersOwn, isIdle } from '../cnis/agents.ts';
import { podsOnBridge as bridgeOf } from '../cnis/cni.ts';
import { exitsWithoutBridgeNetfilter, type FlannelConfig, parseFlannelConfig } from '../cnis/flannel-config.ts';
import { type CniId, cniOf } from '../cnis/lookup.ts';
import { distributionOf, findDistribution } from '../distributions/lookup.ts';
import { listed } from '../text/listed.ts';
import { configMapsOf, configsOf } from './config-maps.ts';
import type { ConfigData, Evidence, NodeEvidence } from './evidence.ts';
import { ipFamilies } from './ip-families.ts';
import { kubeProxyMode } from './kube-proxy.ts';
import { nodeArguments } from './node-arguments.ts';
import type { Assumption, ClusterProfile } from './profile.ts';

const BACKEND_ANNOTATION = 'flannel.alpha.coreos.com/backend-type';

const ASSUMPTIONS = {
  kubeProxyMode: {
    flag: '--kube-proxy-mode',
    text: 'The kube-proxy mode was not detected: conntrack is only recommended (--kube-proxy-mode).',
  },
  ipFamilies: {
    flag: '--ip-families',
    text: 'The IP families were not detected: IPv4 is required, IPv6 only recommended (--ip-families).',
  },
} as const satisfies Readonly<Record<string, Assumption>>;

/** Makes out what the cluster's network is made of; pure. What the evidence does not show stays undefined, with an assumption. */
export function detectProfile(evidence: Evidence): ClusterProfile {
  const distribution = findDistribution(evidence.nodes);
  const network = detectNetwork(evidence, distribution && distributionOf(distribution)?.network);
  const { config = {} } = network;
  const known = {
    kubeProxyMode: kubeProxyMode(evidence, distribution),
    ipFamilies: ipFamilies(evidence, network.profile.cni, config, parseFlannelConfig(config)),
  };
  const podCIDRs = evidence.nodes.flatMap((node) => node.podCIDRs);
  return {
    ...(distribution !== undefined && { distribution }),
    ...network.profile,
    ...(known.kubeProxyMode && { kubeProxyMode: known.kubeProxyMode }),
    ...(known.ipFamilies && { ipFamilies: known.ipFamilies }),
    ...(podCIDRs.length > 0 && { podCIDRs }),
    assumptions: [
      ...network.assumptions,
      ...(known.kubeProxyMode ? [] : [ASSUMPTIONS.kubeProxyMode]),
      ...(known.ipFamilies ? [] : [ASSUMPTIONS.ipFamilies]),
    ],
  };
}

interface Network {
  profile: Pick<
    ClusterProfile,
    'cni' | 'cniUnconfirmed' | 'cniBackend' | 'podsOnBridge' | 'agentNeedsBridgeNetfilter' | 'routesByBpf'
  >;
  /** What the ConfigMaps of its agent say. */
  config?: ConfigData;
  assumptions: Assumption[];
}

/** An agent, and what its ConfigMaps say; those that it names override the usual one. */
interface Configured extends Agent {
  config: ConfigData;
}

/**
 * The cluster's own agents that make the pods' network; else what a node says of a flannel inside k3s, or without a DaemonSet; else what
 * the distribution comes with; else strangers' agents, which may add a requirement and never take one away.
 */
function detectNetwork(evidence: Evidence, byDistribution: CniId | undefined): Network {
  const agents = configuredAgents(evidence);
  const own = agents.filter(({ daemonSet }) => isClustersOwn(daemonSet));
  const makers = makersAmong(own);
  const need = agentNeed(own);
  const [first, ...others] = makers;
  if (others.some(({ id }) => first && bridgeOf(cniOf(id)) !== bridgeOf(cniOf(first.id)))) {
    const names = listed(makers.map(({ id }) => id));
    const text = `Agents of ${names} were found: bridge rules depend on what each node shows (--cni).`;
    return { profile: need, assumptions: [{ flag: '--cni', text }] };
  }
  if (first) return network(first.id, first.config, evidence, need);
  const [chained] = own;
  if (chained) {
    const text = `${chained.id} is chained to another CNI plug-in: bridge rules depend on what each node shows (--cni).`;
    const profile = { cni: chained.id, ...need };
    return { profile, config: chained.config, assumptions: [{ flag: '--cni', text }] };
  }
  if (evidence.daemonSets && runsFlannel(evidence.nodes)) return network('flannel', {}, evidence, need);
  if (byDistribution) return network(byDistribution, {}, evidence, need);
  return networkOfStrangers(agents, evidence);
}

function configuredAgents(evidence: Evidence): Configured[] {
  const running = (evidence.daemonSets ?? []).filter((daemonSet) => !isIdle(daemonSet, evidence.nodes));
  const found = [isClustersOwn, (one: Agent['daemonSet']) => !isClustersOwn(one)].flatMap((whose) =>
    findAgents(running.filter(whose)),
  );
  return found.map(({ id, daemonSet }) => {
    const configs = configsOf(evidence, configMapsOf(daemonSet, cniOf(id).configMap?.(daemonSet)));
    return { id, daemonSet, config: Object.assign({}, ...configs.toReversed()) as ConfigData };
  });
}

/** An agent that serves several CNIs makes the network only where no other one does. */
function makersAmong(agents: readonly Configured[]): Configured[] {
  const unchained = agents.filter(({ id, config }) => !cniOf(id).chained?.(config));
  const makers = unchained.filter(({ id }) => !cniOf(id).yields);
  return makers.length > 0 ? makers : unchained;
}

function networkOfStrangers(agents: readonly Configured[], evidence: Evidence): Network {
  const [stranger] = makersAmong(agents).filter(({ id }) => bridgeOf(cniOf(id)));
  const seen = stranger && network(stranger.id, stranger.config, evidence, {});
  const { agentNeedsBridgeNetfilter } = agentNeed(agents);
  const need = agentNeedsBridgeNetfilter ? { agentNeedsBridgeNetfilter } : {};
  const [any] = stranger ? [stranger] : agents;
  if (!any) return { profile: {}, assumptions: [unknownCni(evidence)] };
  const name = `DaemonSet ${any.daemonSet.namespace}/${any.daemonSet.name}`;
  if (seen?.profile.podsOnBridge) {
    const text = `${name} is the cluster's ${any.id}, although its namespace may be a tenant's (--cni changes that).`;
    return {
      ...seen,
      profile: { ...seen.profile, ...need, cniUnconfirmed: true },
      assumptions: [{ flag: '--cni', text }],
    };
  }
  const text = `${name} looks like ${any.id}, but its namespace may be a tenant's: bridge rules depend on what each node shows (--cni).`;
  return { profile: need, assumptions: [{ flag: '--cni', text }] };
}

function unknownCni({ daemonSetsUnread }: Evidence): Assumption {
  const consequence = 'bridge rules depend on what each node shows, or only warn. Name the CNI (--cni).';
  const unread = `The CNI is unknown, because the DaemonSets could not be read (${daemonSetsUnread})`;
  return { flag: '--cni', text: `${daemonSetsUnread ? unread : 'No CNI was detected'}: ${consequence}` };
}

/**
 * Whether a flannel that is no DaemonSet runs: in k3s' own process, or as a service of the host. Its annotations stay behind when it goes,
 * so they count where k3s or RKE2 was not told to do without it, or where the node's condition is flannel's.
 */
function runsFlannel(nodes: readonly NodeEvidence[]): boolean {
  const without = nodeArguments(nodes)?.some(
    (args) => args.isSet('--no-flannel') || args.values('--flannel-backend').includes('none'),
  );
  return nodes.some(({ annotations, system, conditions }) => {
    if (!annotations[BACKEND_ANNOTATION]) return false;
    const inside = /\+(k3s|rke2)/.test(system.kubelet) && !without;
    return inside || conditions.some(({ status, reason }) => status === 'False' && reason === 'FlannelIsUp');
  });
}

function network(cni: CniId, config: ConfigData, evidence: Evidence, agentNeeds: Network['profile']): Network {
  const { delegate, backend } = parseFlannelConfig(config);
  const custom = cni === 'flannel' && delegate !== undefined && delegate !== 'bridge';
  const podsOnBridge = custom ? false : bridgeOf(cniOf(cni));
  const cniBackend = cniOf(cni).flanneld ? (backend ?? annotatedBackend(evidence)) : undefined;
  const text = `Whether ${cni} puts pods on a Linux bridge depends on its mode, which each node shows (--cni).`;
  return {
    profile: {
      cni,
      ...(cniBackend !== undefined && { cniBackend }),
      ...(podsOnBridge !== undefined && { podsOnBridge }),
      ...(cniOf(cni).routesByBpf?.(config) && { routesByBpf: true as const }),
      ...agentNeeds,
    },
    config,
    assumptions: podsOnBridge === undefined ? [{ flag: '--cni', text }] : [],
  };
}

function agentNeed(agents: readonly Configured[]): Pick<ClusterProfile, 'agentNeedsBridgeNetfilter'> {
  const flanneld = agents.find(({ id }) => cniOf(id).flanneld);
  const config: FlannelConfig = parseFlannelConfig(flanneld?.config);
  const needs = flanneld && exitsWithoutBridgeNetfilter(flanneld.daemonSet, config);
  return needs === undefined ? {} : { agentNeedsBridgeNetfilter: needs };
}

function annotatedBackend({ nodes }: Evidence): string | undefined {
  const annotated = nodes.map(({ annotations }) => annotations[BACKEND_ANNOTATION]).find(Boolean);
  return annotated && /^[\w-]{1,32}$/.test(annotated) ? annotated : undefined;
}
