import { bridgeNfCall } from './bridge-nf-call.ts';

/** Without it a Service whose endpoint is on the client's own node fails, whatever kube-proxy's mode. */
export const bridgeNfCallIptables = bridgeNfCall({
  id: 'bridge-nf-call-iptables',
  key: 'net.bridge.bridge-nf-call-iptables',
  family: 'IPv4',
  flag: (bridge) => bridge.nfCallIptables,
  attribute: 'nf_call_iptables',
});
