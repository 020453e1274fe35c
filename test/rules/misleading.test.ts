import { brNetfilter } from '../../src/rules/br-netfilter.ts';
import { bridgeNfCallIp6tables } from '../../src/rules/bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from '../../src/rules/bridge-nf-call-iptables.ts';
import { conntrackActive } from '../../src/rules/conntrack-active.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { ipv6Forwarding } from '../../src/rules/ipv6-forwarding.ts';
import { absent, BRIDGE4, BRIDGE6, CONNTRACK, FORWARD4, FORWARD6, file, notShipped, onDisk, value } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

// The rules whose tests are tables of their own: nodes that the usual command alone takes for the contrary.

const cni0 = { name: 'cni0', portCount: 1, ports: ['veth1'], nfCallIptables: true, nfCallIp6tables: true };
const off = { sysctls: { [BRIDGE4]: value('0'), [BRIDGE6]: value('0') } };
const unloaded = { modules: { br_netfilter: onDisk }, sysctls: { [BRIDGE4]: absent, [BRIDGE6]: absent } };
const on = file('/etc/sysctl.d/50-k8s.conf', `${FORWARD4} = 1`, `${FORWARD6} = 1`);
const forwards = { boot: { sysctl: [on] }, uplinks: ['eth0'] };

ruleTester(brNetfilter, [
  {
    name: 'passes where it is built in, and in no list',
    misleads: 'lsmod',
    node: { modules: { br_netfilter: notShipped }, boot: { modulesLoad: [] } },
    expected: { verdict: 'pass' },
  },
  { name: 'fails where it is merely on disk', misleads: 'modinfo', node: unloaded, expected: { verdict: 'fail' } },
  {
    name: 'does not concern Calico, where nothing has loaded it',
    misleads: 'lsmod',
    node: { ...unloaded, bridges: [], cni: { file: '/etc/cni/net.d/10-calico.conflist', plugins: ['calico'] } },
    profile: { cni: 'calico', podsOnBridge: false },
    expected: { verdict: 'skip' },
  },
]);

ruleTester(bridgeNfCallIptables, [
  {
    name: 'passes with 0 where the bridge of pods has a switch of its own',
    misleads: 'sysctl',
    node: { ...off, bridges: [cni0] },
    expected: { now: { verdict: 'pass' } },
  },
  {
    name: 'warns with 1 that a file will set to 0',
    misleads: 'sysctl',
    node: { boot: { sysctl: [file('/etc/sysctl.d/90-x.conf', `${BRIDGE4} = 0`)] } },
    expected: { verdict: 'warn', now: { verdict: 'pass' }, boot: { verdict: 'fail' } },
  },
  {
    name: 'fails where a file says 1 and the module is not active',
    misleads: 'grep /etc/sysctl.d',
    node: { ...unloaded, boot: { sysctl: [file('/etc/sysctl.d/90-x.conf', `${BRIDGE4} = 1`)] } },
    expected: { verdict: 'fail', now: { actual: 'absent' } },
  },
]);

ruleTester(bridgeNfCallIp6tables, [
  {
    name: 'does not concern an IPv4 cluster, whatever the file says',
    misleads: 'sysctl',
    node: off,
    profile: { ipFamilies: ['IPv4'] },
    expected: { verdict: 'skip' },
  },
]);

ruleTester(ipv4Forwarding, [
  {
    name: 'fails where the bridge of pods does not forward, though ip_forward is 1',
    misleads: 'sysctl net.ipv4.ip_forward',
    node: { ...forwards, idleInterfaces: ['cni0'] },
    expected: { verdict: 'fail', message: 'net.ipv4.ip_forward is 1, but cni0 does not forward' },
  },
  {
    name: 'does not concern OVN-Kubernetes, which leaves it off',
    misleads: 'sysctl net.ipv4.ip_forward',
    node: { sysctls: { [FORWARD4]: value('0') }, bridges: [], cni: null },
    profile: { cni: 'ovn-kubernetes', podsOnBridge: false },
    expected: { verdict: 'skip' },
  },
]);

ruleTester(ipv6Forwarding, [
  {
    name: 'fails where IPv6 is off, though forwarding is 1',
    misleads: 'sysctl net.ipv6.conf.all.forwarding',
    node: { ...forwards, sysctls: { 'net.ipv6.conf.all.disable_ipv6': value('1') } },
    expected: { verdict: 'fail', now: { actual: 'IPv6 is off' } },
  },
]);

ruleTester(conntrackActive, [
  {
    name: 'passes where it is built in, and in no list',
    misleads: 'lsmod',
    node: { modules: { nf_conntrack: notShipped }, sysctls: { [CONNTRACK]: value('131072') } },
    expected: { verdict: 'pass' },
  },
]);
