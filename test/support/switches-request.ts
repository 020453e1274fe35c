import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';

/** What the switches of bridged traffic, forwarding and connection tracking are judged by. */
export const SWITCHES_REQUEST: FactsRequest = mergeRequests([
  {
    ...NOTHING_ASKED,
    sysctls: [
      'net.bridge.bridge-nf-call-arptables',
      'net.bridge.bridge-nf-call-ip6tables',
      'net.bridge.bridge-nf-call-iptables',
      'net.ipv4.ip_forward',
      'net.ipv6.conf.all.accept_ra',
      'net.ipv6.conf.all.disable_ipv6',
      'net.ipv6.conf.all.forwarding',
      'net.netfilter.nf_conntrack_max',
    ],
    modules: ['br_netfilter', 'nf_conntrack'],
    persistent: ['br_netfilter'],
    options: ['CONFIG_BRIDGE_NETFILTER', 'CONFIG_NF_CONNTRACK'],
    kinds: ['bridges', 'cni', 'routes', 'forwarding'],
  },
]);
