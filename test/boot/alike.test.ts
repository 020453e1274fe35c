import { describe, expect, test } from 'vitest';
import { bootOf } from '../../src/boot/alike.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { facts, file, ON_DISK } from './made-up-node.ts';

const OWN = { sysctl: '/etc/sysctl.d/99-zz-netprereq.conf', modules: '/etc/modules-load.d/netprereq.conf' };
const FORWARD = 'net.ipv4.ip_forward';
const FLANNEL = { cni: 'flannel', kubeProxyMode: 'iptables' } as const;

const node: NodeFacts = {
  netns: { self: '1', init: '1' },
  dropped: [],
  ...facts({
    id: 'one',
    sysctl: [file('/etc/sysctl.d/50-x.conf', `${FORWARD} = 1`)],
    modulesLoad: [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')],
  }),
  modules: ON_DISK,
  sysctls: {
    [FORWARD]: { is: 'value', value: '1' },
    'net.netfilter.nf_conntrack_count': { is: 'value', value: '17' },
  },
};
const boot = bootOf(node, FLANNEL, OWN);

describe('nodes that differ in nothing that a boot depends on have one boot', () => {
  test.each<[string, NodeFacts]>([
    ['the id of the boot', { ...node, boot: { ...node.boot, id: 'two' } }],
    [
      'its disk',
      { ...node, boot: { ...node.boot, commandLine: `root=UUID=7 ${node.boot.commandLine} resume=/dev/x` } },
    ],
    ['namespaces, links and bridges', { ...node, netns: { self: '2', init: '2' }, networks: [], bridges: [] }],
    [
      'what the kernel counts',
      { ...node, sysctls: { ...node.sysctls, 'net.netfilter.nf_conntrack_count': { is: 'value', value: '99' } } },
    ],
  ])('but for %s', (_, other) => {
    expect(bootOf(structuredClone(other), FLANNEL, OWN)).toBe(boot);
  });
});

describe('nodes that differ in what a boot depends on have boots of their own', () => {
  const { boot: inputs, kernel, modules, sysctls } = node;
  const { modulesLoad: _, ...unread } = inputs;
  test.each<[string, NodeFacts, Parameters<typeof bootOf>[1]?]>([
    ['a line', { ...node, boot: { ...inputs, sysctl: [file('/etc/sysctl.d/50-x.conf', `${FORWARD} = 0`)] } }],
    [
      'the name of a file',
      { ...node, boot: { ...inputs, sysctl: [file('/etc/sysctl.d/51-x.conf', `${FORWARD} = 1`)] } },
    ],
    ['a list that was not read', { ...node, boot: unread }],
    ['the command line', { ...node, boot: { ...inputs, commandLine: 'sysctl.net.ipv4.ip_forward=0' } }],
    ['a word within quotes', { ...node, boot: { ...inputs, commandLine: 'x="a root=b"' } }],
    ['a value', { ...node, sysctls: { ...sysctls, [FORWARD]: { is: 'value', value: '0' } } }],
    ['a module', { ...node, modules: { ...modules, bridge: { builtin: true } } }],
    ['the kernel', { ...node, kernel: { ...kernel, release: 'other' } }],
    ['the system', { ...node, os: { id: 'alpine' } }],
    ['that it is a container', { ...node, container: 'docker' }],
    ['its uplinks', { ...node, uplinks: ['eth7'] }],
    ['the cluster', node, { cni: 'flannel', kubeProxyMode: 'ipvs' }],
  ])('as in %s', (_, other, cluster = FLANNEL) => {
    expect(bootOf(other, cluster, OWN)).not.toBe(boot);
  });
});

test('a pool of many kinds is simulated in bounded space, and what was made for one that left is made anew', () => {
  for (let number = 0; number < 40; number++)
    bootOf({ ...node, kernel: { ...node.kernel, release: `${number}` } }, FLANNEL, OWN);
  const again = bootOf(node, FLANNEL, OWN);
  expect(again).not.toBe(boot);
  expect(again.sysctl(FORWARD)).toEqual(boot.sysctl(FORWARD));
});

test('a file of any length is simulated', () => {
  const long = { ...node.boot, sysctl: [file('/etc/sysctl.d/50-x.conf', `#${'x'.repeat(200_000)}`, `${FORWARD} = 1`)] };
  expect(bootOf({ ...node, boot: long }, FLANNEL, OWN).sysctl(FORWARD)).toMatchObject({ is: 'value', value: '1' });
});
