import { expect, test } from 'vitest';
import { sysctlNearMiss } from '../../src/boot/sysctl-near-miss.ts';
import { file } from './made-up-node.ts';

const FORWARD = 'net.ipv4.ip_forward';
const BRIDGE = 'net.bridge.bridge-nf-call-iptables';

test.for<[key: string, path: string, line: string, says: string]>([
  [FORWARD, '/etc/sysconf.d/k8s.conf', `${FORWARD}=1`, 'not in /etc/sysctl.d'],
  [FORWARD, '/etc/sysctl.d/k8s', `${FORWARD} = 1`, 'does not end in .conf'],
  [FORWARD, '/etc/sysctl.d/k8s.conf.bak', 'net.ipv4.conf.all.forwarding=1', 'does not end in .conf'],
  [FORWARD, '/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_foward=1', 'net.ipv4.ip_foward, which no kernel has'],
  [FORWARD, '/etc/sysctl.d/k8s.conf', 'net.ipv4.ip-forward=1', 'which no kernel has'],
  [
    BRIDGE,
    '/etc/sysctl.d/k8s.conf',
    'net.bridge-nf-call-iptables=1',
    'net.bridge-nf-call-iptables, which no kernel has',
  ],
  [BRIDGE, '/etc/sysctl.d/k8s.conf', 'net.bridge.bridge_nf_call_iptables=1', 'which no kernel has'],
  [BRIDGE, '/etc/sysctl.d/k8s.conf', 'net.bridge.bridge-nf-call-iptable = 1', 'which no kernel has'],
])('%s: %s: %s', ([key, path, line, says]) => {
  const found = sysctlNearMiss(key, [file(path, '# k8s', line)]);
  expect(found).toContain(`${path}:2 sets`);
  expect(found).toContain(says);
});

test.for<[key: string, path: string, line: string]>([
  [FORWARD, '/etc/sysctl.d/k8s.conf', `${FORWARD}=1`],
  [FORWARD, '/etc/sysctl.conf', `${FORWARD}=1`],
  [FORWARD, '/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_forward_use_pmtu=1'],
  [BRIDGE, '/etc/sysctl.d/k8s.conf', 'net.bridge.bridge-nf-call-ip6tables=1'],
  [BRIDGE, '/etc/sysctl.d/k8s.conf', 'net.bridge.bridge-nf-call-arptables=1'],
  ['net.ipv6.conf.all.forwarding', '/etc/sysctl.d/k8s.conf', 'net.ipv4.conf.all.forwarding=1'],
  ['net.ipv6.conf.all.forwarding', '/etc/sysctl.d/k8s.conf', 'net.ipv6.conf.eth0.forwarding=1'],
])('%s: nothing is wrong with %s: %s', ([key, path, line]) => {
  expect(sysctlNearMiss(key, [file(path, line)])).toBeUndefined();
});
