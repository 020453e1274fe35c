import { podsOnBridge as bridgeOf } from '../cnis/cni.ts';
import { type CniId, cniOf } from '../cnis/lookup.ts';
import type { ClusterProfile, IpFamily, KubeProxyMode, OverrideFlag } from './profile.ts';

/** What the user knows better: --cni, --kube-proxy-mode, --ip-families. */
export interface ProfileOverrides {
  cni?: CniId | undefined;
  kubeProxyMode?: KubeProxyMode | undefined;
  ipFamilies?: readonly IpFamily[] | undefined;
}

/** The profile with the overrides in place of what was detected, and without the assumptions that they make needless. */
export function withOverrides(profile: ClusterProfile, overrides: ProfileOverrides): ClusterProfile {
  const { cni, kubeProxyMode, ipFamilies } = overrides;
  const given: Readonly<Record<OverrideFlag, boolean>> = {
    '--cni': cni !== undefined,
    '--kube-proxy-mode': kubeProxyMode !== undefined,
    '--ip-families': ipFamilies !== undefined,
  };
  const told = (Object.keys(given) as OverrideFlag[]).filter((flag) => given[flag]);
  return {
    ...(cni && cni !== profile.cni ? withCni(profile, cni) : profile),
    ...(told.length > 0 && { given: told }),
    ...(kubeProxyMode && { kubeProxyMode }),
    ...(ipFamilies && { ipFamilies }),
    assumptions: profile.assumptions.filter(({ flag }) => !given[flag]),
  };
}

/** What was detected of another CNI does not hold for this one. */
function withCni(profile: ClusterProfile, cni: CniId): ClusterProfile {
  const {
    cniUnconfirmed: _whose,
    cniBackend: _backend,
    podsOnBridge: _bridge,
    agentNeedsBridgeNetfilter: _need,
    routesByBpf: _routes,
    ...rest
  } = profile;
  const podsOnBridge = bridgeOf(cniOf(cni));
  return { ...rest, cni, ...(podsOnBridge !== undefined && { podsOnBridge }) };
}

/**
 * The profile of a host without a cluster to ask: what was not given is assumed such that no prerequisite is forgotten, as each sentence
 * says. What the host itself shows comes first.
 */
export function localProfile(overrides: ProfileOverrides): ClusterProfile {
  const assumed: ClusterProfile = {
    cni: 'bridge',
    podsOnBridge: true,
    kubeProxyMode: 'iptables',
    ipFamilies: ['IPv4'],
    assumptions: [
      { flag: '--cni', text: 'Without a cluster: pods sit on a Linux bridge (--cni changes that).' },
      {
        flag: '--kube-proxy-mode',
        text: 'Without a cluster: kube-proxy runs in iptables mode (--kube-proxy-mode changes that).',
      },
      { flag: '--ip-families', text: 'Without a cluster: IPv4 only (--ip-families changes that).' },
    ],
  };
  const profile = withOverrides(assumed, overrides);
  return { ...profile, assumed: profile.assumptions.map(({ flag }) => flag) };
}
