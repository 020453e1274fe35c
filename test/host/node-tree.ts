import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What stands at a path of a made-up node: a file's content, a link, or a directory. */
export type Entry =
  | string
  | { script: string }
  | Buffer
  | { link: string }
  | { directory: true }
  | { size: number }
  | { secret: string };

/** A directory that a probe takes for a node's root. */
export interface NodeTree extends Disposable {
  root: string;
}

/** Makes the tree; every path is absolute on the node. Disposing of it removes it. */
export function nodeTree(entries: Readonly<Record<string, Entry>>): NodeTree {
  const root = mkdtempSync(join(tmpdir(), 'netprereq-node-'));
  chmodSync(root, 0o755);
  for (const [path, entry] of Object.entries(entries)) {
    mkdirSync(dirname(root + path), { recursive: true });
    place(root + path, entry);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

function place(path: string, entry: Entry): void {
  if (typeof entry === 'string' || Buffer.isBuffer(entry)) {
    writeFileSync(path, entry);
  } else if ('script' in entry) {
    writeFileSync(path, entry.script, { mode: 0o755 });
  } else if ('link' in entry) {
    symlinkSync(entry.link, path);
  } else if ('directory' in entry) {
    mkdirSync(path, { recursive: true });
  } else if ('secret' in entry) {
    writeFileSync(path, entry.secret, { mode: 0 });
  } else {
    writeFileSync(path, '');
    truncateSync(path, entry.size);
  }
}

/** Where the running kernel's modules stand. */
export const MODULES = `/usr/lib/modules/${release()}`;

/** A Debian node as its packages leave it, with containerd's and kubeadm's usual files. */
export const DEBIAN: Readonly<Record<string, Entry>> = {
  '/usr/lib/systemd/system/systemd-sysctl.service': '[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n',
  '/usr/lib/systemd/system/systemd-modules-load.service':
    '[Service]\nExecStart=/usr/lib/systemd/systemd-modules-load\n',
  '/lib': { link: 'usr/lib' },
  '/usr/lib/os-release': [
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
    'NAME="Debian GNU/Linux"',
    'VERSION_ID="12"',
    'VERSION_CODENAME=bookworm',
    'ID=debian',
    'HOME_URL="https://www.debian.org/"',
    '',
  ].join('\n'),
  '/etc/os-release': { link: '../usr/lib/os-release' },
  '/etc/modules': '# /etc/modules: kernel modules to load at boot time.\n#\n\n',
  '/etc/modules-load.d/modules.conf': { link: '../modules' },
  '/etc/modules-load.d/k8s.conf': 'overlay\nbr_netfilter\n',
  '/etc/sysctl.conf': '#\n# /etc/sysctl.conf\n#\n#kernel.domainname = example.com\n#net.ipv4.ip_forward=1\n',
  '/etc/sysctl.d/99-sysctl.conf': { link: '../sysctl.conf' },
  '/etc/sysctl.d/k8s.conf':
    'net.bridge.bridge-nf-call-iptables  = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\nnet.ipv4.ip_forward = 1\n',
  '/usr/lib/sysctl.d/50-default.conf': [
    'kernel.sysrq = 0x01b6',
    'kernel.core_uses_pid = 1',
    'net.ipv4.conf.default.rp_filter = 2',
    'net.ipv4.conf.*.rp_filter = 2',
    '-net.ipv4.conf.all.rp_filter',
    '-net.ipv4.ping_group_range = 0 2147483647',
    'net.core.default_qdisc = fq_codel',
    'fs.protected_hardlinks = 1',
    '',
  ].join('\n'),
  '/usr/lib/sysctl.d/50-pid-max.conf': 'kernel.pid_max = 4194304\n',
  '/usr/lib/sysctl.d/99-protect-links.conf': 'fs.protected_fifos = 1\nfs.protected_hardlinks = 1\n',
  '/usr/lib/modprobe.d/aliases.conf': '# These are the standard aliases\nalias net-pf-1 unix\nalias net-pf-10 ipv6\n',
  '/etc/modprobe.d/intel-microcode-blacklist.conf': '# The microcode module\nblacklist microcode\n',
  '/etc/cni/net.d/10-flannel.conflist': JSON.stringify({
    name: 'cbr0',
    cniVersion: '0.3.1',
    plugins: [
      { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  }),
  [`${MODULES}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\nkernel/net/ipv6/ipv6.ko\n',
  [`${MODULES}/modules.dep`]: [
    'kernel/net/bridge/bridge.ko: kernel/net/802/stp.ko kernel/net/llc/llc.ko',
    'kernel/net/bridge/br_netfilter.ko: kernel/net/bridge/bridge.ko kernel/net/802/stp.ko kernel/net/llc/llc.ko',
    'kernel/net/netfilter/nf_conntrack.ko: kernel/net/ipv4/netfilter/nf_defrag_ipv4.ko',
    '',
  ].join('\n'),
  [`/boot/config-${release()}`]: 'CONFIG_MODULES=y\nCONFIG_BRIDGE_NETFILTER=m\nCONFIG_NF_CONNTRACK=m\n',
};
