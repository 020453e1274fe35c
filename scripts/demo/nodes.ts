import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { octalWord } from '../../src/facts/octal-word.ts';
import { cksum } from '../../src/probe/envelope.ts';
import type { NamespaceNodeOptions } from '../../test/support/namespace-node.ts';
import type { NodeOptions } from '../../test/support/node-object.ts';
import type { Pod } from '../../test/support/objects.ts';
import { withModule } from './module-kernel.ts';

/** A node of the demo, and what an administrator would say of it. */
export interface DemoNode {
  name: string;
  story: string;
  /** What it is made of; without it nothing on that node ever answers. */
  namespaces?: NamespaceNodeOptions;
  /** Its kernel has br_netfilter as a module that is not loaded until modprobe has run there. */
  lacksModule?: true;
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

/** What stands for /proc/sys/net/bridge on a node whose kernel lacks br_netfilter: it is empty until modprobe has run. */
const BRIDGE = '/var/lib/bridge';
const SWITCHES = ['iptables', 'ip6tables', 'arptables'].map((name) => `bridge-nf-call-${name}`);
/** No module is loaded into the machine's kernel for a demo. */
const MODPROBE = `#!/bin/sh\nfor switch in ${SWITCHES.join(' ')}; do echo 1 >${BRIDGE}/$switch; done\n`;

const withoutBridgeNetfilter: NamespaceNodeOptions = {
  // The CNI's files, and nothing that anybody did for Kubernetes by hand.
  files: {
    ...debian,
    '/etc/modules-load.d/k8s.conf': 'overlay\n',
    [kubernetes]: forwardingLine,
    '/run/current-system/sw/bin/modprobe': { executable: MODPROBE },
    [`${BRIDGE}/README`]: 'made up\n',
  },
  sysctls: { 'net.ipv4.ip_forward': '1' },
  bridges: ['cni0'],
  masks: { ...masks, '/proc/sys/net/bridge': { directory: BRIDGE } },
};

/** The nodes, in the order of their names. */
export const DEMO_NODES: readonly DemoNode[] = [
  {
    name: 'node-1',
    story: 'has what Kubernetes asks for, in its kernel and in its files',
    namespaces: debianNode({ [kubernetes]: bridgeLines + forwardingLine }, '1'),
  },
  {
    name: 'node-2',
    story: 'has not loaded br_netfilter: flannel does not start',
    namespaces: withoutBridgeNetfilter,
    lacksModule: true,
  },
  {
    name: 'node-3',
    story: 'was hardened: /etc/sysctl.d/60-hardening.conf switches a sysctl off',
    namespaces: debianNode(
      { [kubernetes]: bridgeLines + forwardingLine, '/etc/sysctl.d/60-hardening.conf': hardening },
      '0',
    ),
  },
  {
    name: 'node-4',
    story: 'was fixed by hand: net.ipv4.ip_forward is 1, but no file sets it',
    namespaces: debianNode({ [kubernetes]: bridgeLines }, '1'),
  },
  { name: 'node-5', story: 'is dead: its kubelet has stopped, and stays so in this demo' },
];

/** A pod of fix or undo, by its name. */
const CHANGES = /-(apply|undo)$/;
/** What they leave on a node that only plays a recording: the script's refusal, in its own format, that a check follows. */
const UNCHANGEABLE = refusal('no-journal', 'this node of the demo only plays a recorded answer, which does not change');

function refusal(code: string, reason: string): string {
  const lines = ['np-apply 1', `outcome refused ${code}`, `reason =${octalWord(reason)}`, 'end'];
  const payload = lines.map((line) => `${line}\t`).join('');
  return `np1 raw ${payload.length} ${cksum(Buffer.from(payload))} ${payload}`;
}

/**
 * The node for the stand-in.
 * @param answer what its probe answered when it was recorded
 * @param rootOf the root directory of a node in namespaces, once it runs; absent: namespaces are not even to be tried
 */
export function nodeOptions(
  { name, namespaces, lacksModule }: DemoNode,
  answer: string | undefined,
  rootOf?: (name: string) => string | undefined,
): NodeOptions {
  if (!namespaces) return { name, behaviour: 'silent' };
  const node = { name, recorded: ({ metadata }: Pod) => (CHANGES.test(metadata.name) ? UNCHANGEABLE : (answer ?? '')) };
  if (!rootOf) return node;
  const loaded = () => existsSync(join(rootOf(name) ?? '/nowhere', BRIDGE, SWITCHES[0] ?? ''));
  const rewrite = ({ metadata }: Pod, told: string) =>
    CHANGES.test(metadata.name) ? told : withModule(told, loaded());
  return { ...node, namespaces, ...(lacksModule && { rewrite }) };
}
