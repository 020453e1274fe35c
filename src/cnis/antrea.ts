import type { ConfigData } from '../cluster/evidence.ts';
import { asObject, parseYaml } from '../text/structured.ts';
import { type Cni, named } from './cni.ts';

const agentConfig = (config: ConfigData) => parseYaml(config['antrea-agent.conf']);

export const antrea = {
  id: 'antrea',
  attachment: 'ovs',
  agent: named('antrea-agent'),
  configMap: () => 'antrea-config',
  // On EKS, AKS and GKE it may only enforce policies, behind the cloud's own plug-in.
  chained: (config) => agentConfig(config)?.trafficEncapMode === 'networkPolicyOnly',
  replacesKubeProxy: (config) => asObject(agentConfig(config)?.antreaProxy)?.proxyAll === true,
  plugins: ['antrea'],
  podLinks: { own: /^antrea-gw/ },
  atStart: {
    agent: 'antrea-agent',
    sysctls: (usesIpv6) => ['net.ipv4.ip_forward', ...(usesIpv6 ? ['net.ipv6.conf.all.forwarding'] : [])],
  },
} as const satisfies Cni;
