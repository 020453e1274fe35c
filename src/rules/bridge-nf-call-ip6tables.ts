import { bridgeNfCall } from './bridge-nf-call.ts';

/** The same for IPv6, which the IPv4 key does not cover. */
export const bridgeNfCallIp6tables = bridgeNfCall({
  id: 'bridge-nf-call-ip6tables',
  key: 'net.bridge.bridge-nf-call-ip6tables',
  family: 'IPv6',
  flag: (bridge) => bridge.nfCallIp6tables,
  attribute: 'nf_call_ip6tables',
});
