import { findAgents } from '../cnis/agents.ts';
import { podsOnBridge as bridgeOf } from '../cnis/cni.ts';
import { exitsWithoutBridgeNetfilter, type FlannelConfig, parseFlannelConfig } from '../cnis/flannel-config.ts';
import { type CniId, cniOf } from '../cnis/lookup.ts';
import { findDistribution } from '../distributions/lookup.ts';
import type { Evidence } from './evidence.ts';
import { ipFamilies } from './ip-families.ts';
import { kubeProxyMode } from './kube-proxy.ts';
import type { Assumption, ClusterProfile } from './profile.ts';

const BACKEND_ANNOTATION = 'flannel.alpha.coreos.com/backend-type';

const ASSUMPTIONS = {
  cni: {
    flag: '--cni',
    text: 'No CNI was detected: bridge rules go by what each node shows, else only warn. Name yours, or the one to come (--cni).',
  },
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
  const network = detectCni(evidence);
  const flannel = flannelConfig(evidence);
  const known = {
    distribution: findDistribution(evidence.nodes),
    kubeProxyMode: kubeProxyMode(evidence, network.cni),
    ipFamilies: ipFamilies(evidence, flannel),
  };
  return {
    ...(known.distribution !== undefined && { distribution: known.distribution }),
    ...network.profile,
    ...(known.kubeProxyMode && { kubeProxyMode: known.kubeProxyMode }),
    ...(known.ipFamilies && { ipFamilies: known.ipFamilies }),
    assumptions: [
      ...network.assumptions,
      ...(known.kubeProxyMode ? [] : [ASSUMPTIONS.kubeProxyMode]),
      ...(known.ipFamilies ? [] : [ASSUMPTIONS.ipFamilies]),
    ],
  };
}

interface Network {
  cni?: CniId;
  profile: Pick<ClusterProfile, 'cni' | 'cniBackend' | 'podsOnBridge' | 'agentNeedsBridgeNetfilter'>;
  assumptions: Assumption[];
}

function detectCni(evidence: Evidence): Network {
  const agents = findAgents(evidence.daemonSets ?? []);
  const agentNeeds = agentNeed(evidence);
  const [first, ...others] = agents;
  const disagreeing = others.some(({ id }) => first && bridgeOf(cniOf(id)) !== bridgeOf(cniOf(first.id)));
  if (disagreeing) {
    const names = agents.map(({ id }) => id).join(' and ');
    const assumption: Assumption = {
      flag: '--cni',
      text: `Agents of ${names} were found: bridge rules go by what each node shows (--cni).`,
    };
    return { profile: agentNeeds, assumptions: [assumption] };
  }
  if (first) return network(first.id, evidence, agentNeeds);
  // k3s runs flannel in its own process. The annotations of a former flannel stay, hence DaemonSets come first.
  const backend = evidence.nodes.find(({ annotations }) => annotations[BACKEND_ANNOTATION])?.annotations;
  if (backend && evidence.daemonSets) return network('flannel', evidence, agentNeeds);
  return { profile: {}, assumptions: [ASSUMPTIONS.cni] };
}

function network(cni: CniId, evidence: Evidence, agentNeeds: Network['profile']): Network {
  const { delegate } = flannelConfig(evidence);
  const custom = cni === 'flannel' && delegate !== undefined && delegate !== 'bridge';
  const podsOnBridge = custom ? false : bridgeOf(cniOf(cni));
  const backend = cniOf(cni).flanneld ? backendOf(evidence) : undefined;
  return {
    cni,
    profile: {
      cni,
      ...(backend !== undefined && { cniBackend: backend }),
      ...(podsOnBridge !== undefined && { podsOnBridge }),
      ...agentNeeds,
    },
    assumptions:
      podsOnBridge === undefined
        ? [
            {
              flag: '--cni',
              text: `Whether ${cni} puts pods on a Linux bridge depends on its mode: each node shows it (--cni).`,
            },
          ]
        : [],
  };
}

function agentNeed(evidence: Evidence): Pick<ClusterProfile, 'agentNeedsBridgeNetfilter'> {
  const flanneld = findAgents(evidence.daemonSets ?? []).find(({ id }) => cniOf(id).flanneld);
  const needs = flanneld && exitsWithoutBridgeNetfilter(flanneld.daemonSet, flannelConfig(evidence));
  return needs === undefined ? {} : { agentNeedsBridgeNetfilter: needs };
}

function flannelConfig({ cniConfigs }: Evidence): FlannelConfig {
  return parseFlannelConfig(cniConfigs.flannel ?? cniConfigs.canal);
}

function backendOf(evidence: Evidence): string | undefined {
  const annotated = evidence.nodes.map(({ annotations }) => annotations[BACKEND_ANNOTATION]).find(Boolean);
  return flannelConfig(evidence).backend ?? (annotated && /^[\w-]{1,32}$/.test(annotated) ? annotated : undefined);
}
