import { release } from 'node:os';
import type { NamespaceNodeOptions } from '../../test/support/namespace-node.ts';
import type { NodeOptions } from '../../test/support/node-object.ts';

/** A node of the demo, and what an administrator would say of it. */
export interface DemoNode {
  name: string;
  story: string;
  /** What it is made of; without it nothing on that node ever answers. */
  namespaces?: NamespaceNodeOptions;
}

const modules = `/lib/modules/${release()}`;

// The running kernel's own lists would be the machine's; a kernel that has these built in says so itself, and is believed.
const debian = {
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  '/etc/cni/net.d/10-flannel.conflist': '{"plugins": [{"type": "flannel"}, {"type": "portmap"}]}\n',
  '/etc/modules-load.d/k8s.conf': 'overlay\nbr_netfilter\n',
  [`${modules}/modules.builtin`]: 'kernel/net/ipv6/ipv6.ko\n',
  [`${modules}/modules.dep`]: [
    'kernel/net/bridge/bridge.ko: kernel/net/802/stp.ko kernel/net/llc/llc.ko',
    'kernel/net/bridge/br_netfilter.ko: kernel/net/bridge/bridge.ko kernel/net/802/stp.ko kernel/net/llc/llc.ko',
    'kernel/net/netfilter/nf_conntrack.ko: kernel/net/ipv4/netfilter/nf_defrag_ipv4.ko',
    '',
  ].join('\n'),
};

// What is the machine's and not the made-up node's: the boot's words, and the container that the machine may be.
const masks = {
  '/proc/cmdline': 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro quiet\n',
  '/proc/1/cgroup': '0::/init.scope\n',
};

const bridgeLines = 'net.bridge.bridge-nf-call-iptables = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\n';
const forwardingLine = 'net.ipv4.ip_forward = 1\n';

const hardening = [
  '# Network hardening',
  'net.ipv4.conf.all.accept_redirects = 0',
  'net.ipv4.conf.all.send_redirects = 0',
  'net.bridge.bridge-nf-call-iptables = 0',
  '',
].join('\n');

function debianNode(sysctlFiles: Record<string, string>, bridgeIptables: '0' | '1'): NamespaceNodeOptions {
  return {
    files: { ...debian, ...sysctlFiles },
    sysctls: {
      'net.bridge.bridge-nf-call-iptables': bridgeIptables,
      'net.bridge.bridge-nf-call-ip6tables': '1',
      'net.ipv4.ip_forward': '1',
    },
    bridges: ['cni0'],
    masks,
  };
}

const kubernetes = '/etc/sysctl.d/10-kubernetes.conf';

/** The four nodes, in the order of their names. */
export const DEMO_NODES: readonly DemoNode[] = [
  {
    name: 'node-1',
    story: 'has what Kubernetes asks for, in its kernel and in its files',
    namespaces: debianNode({ [kubernetes]: bridgeLines + forwardingLine }, '1'),
  },
  {
    name: 'node-2',
    story: 'was hardened: /etc/sysctl.d/60-hardening.conf switches a sysctl off',
    namespaces: debianNode(
      { [kubernetes]: bridgeLines + forwardingLine, '/etc/sysctl.d/60-hardening.conf': hardening },
      '0',
    ),
  },
  {
    name: 'node-3',
    story: 'was mended by hand: net.ipv4.ip_forward is 1, but no file says so',
    namespaces: debianNode({ [kubernetes]: bridgeLines }, '1'),
  },
  { name: 'node-4', story: 'is lost: its kubelet has stopped' },
];

/**
 * The node for the stand-in.
 * @param answer what its probe answered when it was recorded
 * @param real whether to try namespaces at all
 */
export function nodeOptions({ name, namespaces }: DemoNode, answer: string | undefined, real: boolean): NodeOptions {
  if (!namespaces) return { name, behaviour: 'silent' };
  return { name, recorded: answer ?? '', ...(real ? { namespaces } : {}) };
}
