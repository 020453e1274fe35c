/** A system from which people make nodes, as packages. */
export interface Recipe {
  name: string;
  suite: string;
  packages: readonly string[];
  /** Packages come with those that they recommend, as on a server that Ubuntu's installer made. */
  recommended?: true;
  /** systemd-resolved runs, and kubeadm tells the kubelet where that has the servers. */
  resolved?: true;
  /** NetworkManager runs. */
  networkManager?: true;
}

const NODE = [
  'kmod',
  'procps',
  'iproute2',
  'iptables',
  'nftables',
  'containerd',
  'conntrack',
  'ipset',
  'socat',
  'ethtool',
];
const DEBIAN = [...NODE, 'ipvsadm', 'systemd-sysv'];
const UBUNTU = [
  ...NODE,
  'ubuntu-minimal',
  'ubuntu-standard',
  'ubuntu-server',
  'cloud-init',
  'netplan.io',
  'ufw',
  'unattended-upgrades',
];

const ubuntu = (name: string, suite: string): Recipe => ({
  name,
  suite,
  packages: [...UBUNTU, 'linux-image-virtual'],
  recommended: true,
  resolved: true,
});

/** By the names of their files in test/fixtures/systems. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  'debian-11': {
    name: 'Debian 11 with ifupdown',
    suite: 'bullseye',
    packages: [...DEBIAN, 'ifupdown', 'linux-image-amd64'],
  },
  'debian-12': {
    name: 'Debian 12 with ifupdown and cloud-init',
    suite: 'bookworm',
    packages: [...DEBIAN, 'ifupdown', 'cloud-init', 'unattended-upgrades', 'openssh-server', 'linux-image-amd64'],
  },
  'debian-12-networkmanager': {
    name: 'Debian 12 with NetworkManager, firewalld and tuned',
    suite: 'bookworm',
    packages: [...DEBIAN, 'network-manager', 'firewalld', 'tuned', 'linux-image-amd64'],
    networkManager: true,
  },
  'debian-13': {
    name: 'Debian 13 with netplan, as its cloud image',
    suite: 'trixie',
    packages: [
      ...DEBIAN,
      'systemd-resolved',
      'netplan.io',
      'cloud-init',
      'unattended-upgrades',
      'openssh-server',
      'linux-image-cloud-amd64',
    ],
    resolved: true,
  },
  'debian-unstable': {
    name: 'Debian unstable with ifupdown and systemd-resolved',
    suite: 'sid',
    packages: [...DEBIAN, 'systemd-resolved', 'linux-sysctl-defaults', 'ifupdown', 'linux-image-amd64'],
    resolved: true,
  },
  'ubuntu-20.04': ubuntu('Ubuntu 20.04, a server in a virtual machine', 'focal'),
  'ubuntu-22.04': ubuntu('Ubuntu 22.04, a server in a virtual machine', 'jammy'),
  'ubuntu-24.04': ubuntu('Ubuntu 24.04, a server in a virtual machine', 'noble'),
  'ubuntu-26.04': ubuntu('Ubuntu 26.04, a server in a virtual machine', 'resolute'),
};
