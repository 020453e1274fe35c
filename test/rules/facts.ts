import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { ConfigFile, ModuleFacts, NodeFacts, OwnedFacts, Reading } from '../../src/facts/facts.ts';
import { requestOf } from '../../src/judge/request.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';
import { RULES } from '../support/rules.ts';

export const value = (text: string): Reading => ({ is: 'value', value: text });
export const absent: Reading = { is: 'absent' };
export const unreadable: Reading = { is: 'unreadable' };

export const BRIDGE4 = 'net.bridge.bridge-nf-call-iptables';
export const BRIDGE6 = 'net.bridge.bridge-nf-call-ip6tables';
export const FORWARD4 = 'net.ipv4.ip_forward';
export const FORWARD6 = 'net.ipv6.conf.all.forwarding';
export const CONNTRACK = 'net.netfilter.nf_conntrack_max';

export const flannel: ClusterProfile = {
  cni: 'flannel',
  podsOnBridge: true,
  kubeProxyMode: 'iptables',
  ipFamilies: ['IPv4', 'IPv6'],
  assumptions: [],
};

type Parts = Partial<Omit<NodeFacts, 'kernel' | 'sysctls' | 'boot'>> & {
  kernel?: Partial<NodeFacts['kernel']>;
  sysctls?: NodeFacts['sysctls'];
  boot?: NodeFacts['boot'];
};

const loaded: ModuleFacts = { loaded: true, inSysfs: true, builtin: false, file: 'kernel/x.ko', dependencies: [] };

/** A node that no fix has ever changed. */
export const NOTHING_OWNED: OwnedFacts = {
  journal: null,
  files: { [MODULES_FILE]: '-', [SYSCTL_FILE]: '-' },
  directories: [],
  leftovers: [],
  values: {},
  sides: {},
};

/** A healthy Debian 12 node of a dual-stack flannel cluster, with the given parts in place of its own. */
export function nodeFacts(parts: Parts = {}): NodeFacts {
  return {
    netns: { self: '4026531840', init: '4026531840' },
    os: { id: 'debian', versionId: '12' },
    container: null,
    modules: { br_netfilter: loaded, nf_conntrack: loaded },
    bridges: [{ name: 'cni0', portCount: 2, nfCallIptables: false, nfCallIp6tables: false }],
    cni: { file: '/etc/cni/net.d/10-flannel.conflist', plugins: ['flannel', 'portmap'] },
    owned: NOTHING_OWNED,
    dropped: [],
    asked: requestOf(RULES),
    ...parts,
    kernel: {
      release: '6.1.0-56-cloud-amd64',
      arch: 'amd64',
      loadable: true,
      modulesDirectory: true,
      installed: ['6.1.0-56-cloud-amd64'],
      images: ['6.1.0-56-cloud-amd64'],
      others: [],
      modulesDisabled: value('0'),
      config: {},
      ...parts.kernel,
    },
    sysctls: {
      [BRIDGE4]: value('1'),
      [BRIDGE6]: value('1'),
      [FORWARD4]: value('1'),
      [FORWARD6]: value('1'),
      [CONNTRACK]: value('131072'),
      ...parts.sysctls,
    },
    boot: {
      init: 'systemd',
      commandLine: 'root=/dev/vda1 ro',
      sysctl: [],
      modulesLoad: [file('/etc/modules-load.d/k8s.conf', 'overlay', 'br_netfilter')],
      modprobe: [],
      mentions: [],
      maskedUnits: [],
      ...parts.boot,
    },
  };
}

/** The facts of that node while br_netfilter is not active, for the reason that the parts give. */
export function withoutBridgeNetfilter(br_netfilter: ModuleFacts, parts: Parts = {}): NodeFacts {
  return nodeFacts({
    ...parts,
    modules: { br_netfilter, nf_conntrack: loaded },
    sysctls: { [BRIDGE4]: absent, [BRIDGE6]: absent, ...parts.sysctls },
  });
}

export const onDisk: ModuleFacts = {
  loaded: false,
  inSysfs: false,
  builtin: false,
  file: 'kernel/net/bridge/br_netfilter.ko',
  dependencies: ['bridge'],
};
export const notShipped: ModuleFacts = { loaded: false, inSysfs: false, builtin: false, file: null };

/** A configuration file of the given lines, numbered from 1. */
export function file(path: string, ...lines: string[]): ConfigFile {
  return { path, kind: 'file', lines: lines.map((text, index) => ({ number: index + 1, text })) };
}

/** A link to /dev/null. */
export function mask(path: string): ConfigFile {
  return { path, kind: 'mask', target: '/dev/null', lines: [] };
}
