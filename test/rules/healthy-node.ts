import type { CniConfiguration, ConfigFile, ModuleFacts, NodeFacts } from '../../src/facts/facts.ts';
import type { ForwardChain } from '../../src/facts/firewall.ts';
import { requestOf } from '../../src/judge/request.ts';
import { JUDGED } from './established.ts';
import { absent, BRIDGE4, BRIDGE6, CONNTRACK, FORWARD6, file, nodeFacts, onDisk, value } from './facts.ts';

const loaded: ModuleFacts = { loaded: true, inSysfs: true, builtin: false, file: 'kernel/x.ko', dependencies: [] };
const OFF = { count: 2, rest: 0, unreadable: 0, values: [{ value: '0', count: 2, interfaces: ['lxc1', 'lxc2'] }] };

export interface Parts extends Omit<Partial<NodeFacts>, 'cni'> {
  plugins: string[];
  cni?: Partial<CniConfiguration>;
  forwards?: boolean;
  /** What is there besides the usual files. */
  others?: ConfigFile[];
  /** Lines of the system's own sysctl file. */
  lines?: string[];
  /** A service that runs besides the usual ones. */
  service?: string;
  /** Those that run in place of the usual ones. */
  services?: readonly string[];
  /** false: the usual configuration files are not there. */
  usualFiles?: boolean;
}

/** What the kubelet sets where it may. */
const KERNEL = {
  'vm.overcommit_memory': value('1'),
  'vm.panic_on_oom': value('0'),
  'kernel.panic': value('10'),
  'kernel.panic_on_oops': value('1'),
  'kernel.keys.root_maxkeys': value('1000000'),
  'kernel.keys.root_maxbytes': value('25000000'),
};
const UNITS = '/run/systemd/units';
/** What further rules ask for, as a node with systemd-networkd, cgroup v2 and no firewall has it. */
const PATHS = ['/etc/systemd/system', UNITS, '/sys/fs/cgroup/cgroup.controllers', '/sys/kernel/btf/vmlinux'];
const FILES = [
  file('/var/lib/kubelet/config.yaml', 'kind: KubeletConfiguration'),
  file('/etc/resolv.conf', 'nameserver 10.0.0.2'),
];
/** FORWARD with the policy that Docker sets, and Calico's chain before Docker's. */
export const DOCKERS: ForwardChain = {
  kind: 'nft',
  family: 'ip',
  table: 'filter',
  name: 'FORWARD',
  policy: 'drop',
  rules: ['jump cali-FORWARD', 'jump DOCKER-USER', 'meta mark & 0x00010000 == 0x00010000 accept'],
};
/** firewalld's own, which rejects what none of its zones accepts. */
export const FIREWALLD: ForwardChain = {
  kind: 'nft',
  family: 'inet',
  table: 'firewalld',
  name: 'filter_FORWARD',
  policy: 'accept',
  rules: ['ct state established,related accept', 'jump filter_FORWARD_ZONES', 'reject with icmpx admin-prohibited'],
};
/** FORWARD as ufw makes it where routed packets are allowed. */
export const UFWS: ForwardChain = {
  kind: 'nft',
  family: 'ip',
  table: 'filter',
  name: 'FORWARD',
  policy: 'accept',
  rules: ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'].map(
    (name) => `jump ufw-${name}-forward`,
  ),
};
/** Lines that have systemd-networkd leave routes and rules of others alone. */
export const KEEPS = [
  file(
    '/etc/systemd/networkd.conf.d/80-eks.conf',
    '[Network]',
    'ManageForeignRoutes=no',
    'ManageForeignRoutingPolicyRules=no',
  ),
];
/** The counters of the neighbour table: entries, and at the end how often it overflowed, each of one processor. */
const NEIGHBOURS = ['arp_cache', 'ndisc_cache'].map((name) =>
  file(`/proc/net/stat/${name}`, 'entries table_fulls', '00000010 00000000'),
);

/** A healthy node of a common network, by all that the real rules ask for, where nothing has loaded br_netfilter, because nothing needs it. */
export function healthy({ plugins, cni, lines = [], others = [], service = '', sysctls, ...rest }: Parts): NodeFacts {
  const { services = ['systemd-networkd.service', service], usualFiles = true, ...facts } = rest;
  const { modules, paths } = requestOf(JUDGED);
  const { asked: _asked, ...all } = nodeFacts({
    bridges: [],
    cni: { file: '/etc/cni/net.d/10-x.conflist', plugins, ...cni },
    modules: { ...Object.fromEntries(modules.map((name) => [name, loaded])), br_netfilter: onDisk },
    patterns: {
      'net.ipv4.conf.lxc*.rp_filter': { is: 'values', ...OFF },
      'net.ipv4.conf.cilium_*.rp_filter': { is: 'values', ...OFF },
    },
    networks: [],
    programs: ['kubelet', 'containerd'],
    idleInterfaces: [],
    uplinks: ['eth0'],
    paths: Object.fromEntries(
      paths.map((path) => [
        path,
        PATHS.includes(path) || services.some((name) => path === `${UNITS}/invocation:${name}`),
      ]),
    ),
    files: [...(usualFiles ? FILES : []), ...NEIGHBOURS, ...others],
    firewall: { chains: [], unread: [] },
    advertisedRoutes: [],
    boot: { modulesLoad: [], sysctl: [file('/usr/lib/sysctl.d/50-default.conf', ...lines)] },
    ...facts,
    sysctls: {
      [BRIDGE4]: absent,
      [BRIDGE6]: absent,
      [FORWARD6]: value('0'),
      'net.ipv4.conf.all.forwarding': value('1'),
      'net.ipv4.conf.default.forwarding': value('1'),
      'net.ipv4.conf.all.rp_filter': value('0'),
      'net.ipv4.conf.default.rp_filter': value('0'),
      'net.netfilter.nf_conntrack_count': value('900'),
      [CONNTRACK]: value('262144'),
      'net.ipv4.neigh.default.gc_thresh3': value('1024'),
      'net.ipv6.neigh.default.gc_thresh3': value('1024'),
      'net.ipv6.conf.all.disable_ipv6': value('0'),
      'net.ipv6.conf.default.disable_ipv6': value('0'),
      ...KERNEL,
      ...sysctls,
    },
  });
  return all;
}
