/** Something that breaks clusters' networks: the rules that judge it, or why none does. */
export interface Coverage {
  readonly breaks: string;
  readonly rules: readonly string[];
  /** What is not judged of it, and why. */
  readonly not?: string;
}

/** What public reports name as a cause, the most frequent first. docs/rules.md ends with it. */
export const CAUSES: readonly Coverage[] = [
  {
    breaks: 'the kernel lacks what iptables rules are made of (nft_compat, xt_comment, ip_set and others)',
    rules: ['iptables-nft'],
  },
  {
    breaks: 'systemd-networkd removes rules and routes of a CNI',
    rules: ['networkd-foreign-rules'],
    not: 'which version of Cilium runs: from 1.14 its rules and routes are left alone, so that it is only shown',
  },
  {
    breaks: 'something switches forwarding off: a hardening file, wicked, docker',
    rules: ['ipv4-forwarding', 'ipv6-forwarding', 'wicked-forwarding'],
  },
  {
    breaks: 'the reverse path filter (rp_filter) drops packets of pods',
    rules: ['rp-filter'],
    not: 'CNIs other than Cilium set the value that they need, or check the path by rules of their own',
  },
  {
    breaks: 'legacy tables of iptables are gone',
    rules: ['iptables-legacy'],
    not: 'a program that never got as far as making a table: which mode an image uses is not read',
  },
  {
    breaks: 'a module that is needed is denied at the next boot',
    rules: [
      'overlay',
      'br-netfilter',
      'conntrack-active',
      'ipvs',
      'vxlan',
      'geneve',
      'ipip',
      'openvswitch',
      'wireguard',
      'nftables',
      'iptables-nft',
    ],
  },
  {
    breaks: 'NetworkManager takes over interfaces of a CNI; nm-cloud-setup reroutes packets to pods',
    rules: ['networkmanager-devices', 'nm-cloud-setup'],
    not: 'what `nmcli device set` has changed, which no file keeps, and profiles for interfaces of a CNI',
  },
  {
    breaks: 'firewalld has the interfaces of pods in no zone that accepts',
    rules: ['firewalld-zones'],
    not: 'changes that were not made permanent, and policies of firewalld: only it can tell them, and it is not asked. Whether a trusted range is that of the pods',
  },
  {
    breaks: 'ufw denies what is routed',
    rules: ['ufw-routed', 'forward-policy'],
    not: 'whether rules of `ufw route allow` accept all packets of pods: that depends on names of interfaces, which change with each pod',
  },
  {
    breaks: 'FORWARD drops packets before the CNI accepts them: by the policy of docker, or by a rule',
    rules: ['forward-policy'],
    not: 'rules that hand packets to a program, or whose match depends on a packet: it is then unknown, and only shown',
  },
  {
    breaks: 'a user has no inotify instances left (fs.inotify.max_user_instances)',
    rules: [],
    not: 'the limit is for each user, and to count what a user has means to look into every process of the node, which takes seconds on a busy one',
  },
  {
    breaks: "nft of the host and of kube-proxy's image are too far apart",
    rules: [],
    not: "an image's version of nft is not known, and that of the host matters only where it writes the same tables",
  },
  {
    breaks: 'a kernel is known to break a component',
    rules: ['known-kernels'],
    not: 'faults of which no report names the releases: a distribution may have fixed them under the same number',
  },
  {
    breaks: 'the table of connections is full (nf_conntrack_max)',
    rules: ['conntrack-headroom'],
    not: 'the counter of drops is of all time since the boot: it does not tell whether it still happens',
  },
  {
    breaks: "the kernel lacks the module of the CNI's tunnel",
    rules: ['vxlan', 'geneve', 'ipip', 'wireguard', 'openvswitch'],
    not: "fou and tun: only kube-router and flannel's udp use them, where they are told to, which is not read",
  },
  { breaks: 'the kernel lacks IPVS or its scheduler', rules: ['ipvs'], not: 'schedulers other than `rr`' },
  {
    breaks: 'the kernel is too old for kube-proxy in mode nftables, or lacks an expression (nft_fib)',
    rules: ['nftables', 'known-kernels'],
  },
  {
    breaks: "the overlay's MTU is greater than the uplink carries",
    rules: [],
    not:
      "it needs the MTU of the tunnel's device and of the device below it, and only VXLAN devices show which one that is. Cilium keeps its device at 1500 and sets the MTU " +
      'in routes, so that the devices alone would give false alarms',
  },
  { breaks: 'an IPv6 default route goes when forwarding comes (accept_ra)', rules: ['accept-ra', 'ipv6-forwarding'] },
  { breaks: 'IPv6 is off though the cluster uses it (disable_ipv6)', rules: ['ipv6-forwarding'] },
  {
    breaks: 'checksums of VXLAN packets are wrong',
    rules: ['known-kernels'],
    not: 'network cards and hypervisors that cannot compute them: no file of the node tells',
  },
  {
    breaks: 'the kubelet refuses cgroup v1',
    rules: ['cgroup-v2'],
    not: "the kubelet's version: where its configuration does not say, it is only shown",
  },
  {
    breaks: 'the tables of neighbours are full (gc_thresh3)',
    rules: ['neighbour-table'],
    not: 'a table that is nearly full and has not overflowed: permanent entries are counted and need no room, so that it is only shown',
  },
  {
    breaks: 'eBPF programs find no BTF or no bpffs',
    rules: ['btf'],
    not: 'bpffs: Cilium and Calico mount it themselves when they start',
  },
  {
    breaks: 'the kubelet insists on sysctls (protectKernelDefaults)',
    rules: ['kubelet-kernel-defaults'],
    not: "the kubelet's flag of that name, by which k3s and RKE2 set it",
  },
  {
    breaks: 'CoreDNS asks itself (resolvConf leads to a loopback resolver)',
    rules: ['resolv-conf'],
    not: 'a Corefile that names its servers: it is not read, so that the rule only warns',
  },
  {
    breaks: "the kernel lacks what Istio's rules need",
    rules: ['istio'],
    not: 'whether Istio uses iptables or nftables: it is only shown',
  },
  {
    breaks: 'several nodes answer ARP for one address (strict ARP)',
    rules: [],
    not: 'kube-proxy sets it where it is told to, MetalLB and kube-vip need it in one mode and must not have it in another: which one is used is not read',
  },
  {
    breaks: 'SELinux keeps a container from loading a module',
    rules: [],
    not: 'it depends on the domain of the container, which the node does not show; a module that nothing loads is told of by the rule that needs it',
  },
  {
    breaks: 'Longhorn lacks modules, or clocks differ',
    rules: ['longhorn'],
    not: "a node's clock is not compared with others: the answers of nodes come at different times",
  },
];

/** What components ask of a node besides, by their own documents and sources. */
export const DEMANDS: readonly Coverage[] = [
  {
    breaks: 'bridge netfilter is active, now and after a reboot (br_netfilter), where pods are on a bridge',
    rules: ['br-netfilter'],
  },
  {
    breaks: 'bridged packets reach netfilter, of each family, under kube-proxy in mode nftables too (bridge-nf-call)',
    rules: ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables'],
  },
  {
    breaks: 'bridge netfilter hits other bridges of the node: virtual machines, Docker',
    rules: ['br-netfilter', 'bridge-nf-call-iptables'],
    not: 'it is no fault, but a warning before the fix, which names those bridges',
  },
  { breaks: 'bridge-nf-call-arptables', rules: [], not: 'no component that is known here needs it' },
  {
    breaks: 'forwarding is on, of each family, also where an agent switches it on only later (ip_forward)',
    rules: ['ipv4-forwarding', 'ipv6-forwarding'],
  },
  { breaks: 'connection tracking is active (nf_conntrack)', rules: ['conntrack-active'] },
  {
    breaks: 'the limit of the table of connections can be written from a node that is a container',
    rules: [],
    not: 'it belongs to the outer host; kube-proxy says so itself when it exits',
  },
  {
    breaks: 'route_localnet for NodePorts on 127.0.0.1',
    rules: [],
    not: 'kube-proxy sets it itself where it is told to serve them',
  },
  {
    breaks: 'sysctls of IPVS (conn_reuse_mode, expire_nodest_conn)',
    rules: [],
    not: 'kube-proxy sets them itself when it starts',
  },
  {
    breaks: 'IPVS is deprecated from Kubernetes 1.35',
    rules: [],
    not: 'kube-proxy says so itself in an event; it works until it is removed',
  },
  { breaks: 'the module overlay, for the container runtime', rules: ['overlay'] },
  {
    breaks: 'src_valid_mark for WireGuard of Calico',
    rules: [],
    not: 'its agent sets it',
  },
  {
    breaks: 'IPsec (xfrm_user, esp4, esp6 and the ciphers)',
    rules: [],
    not: 'whether a CNI is told to encrypt by it is not read, and which ciphers it then uses neither',
  },
  { breaks: '/dev/net/tun, for flannel’s back-end udp', rules: [], not: 'it is for debugging only' },
  {
    breaks: 'neighbours in one network, for host-gw',
    rules: [],
    not: 'no module is needed; routers are no part of a node',
  },
  {
    breaks: 'sch_fq and netkit, for Cilium',
    rules: [],
    not: 'only where those features are switched on, which is not read; its agent goes on without them and says so',
  },
  {
    breaks: "Calico's modules (ip_set, xt_set, xt_addrtype and others)",
    rules: ['iptables-nft'],
    not: "what calicoctl's list has besides (vfio-pci, ipt_ipvs): nothing needs it",
  },
  {
    breaks: "Calico's check for a loose reverse path filter",
    rules: [],
    not: 'its agents of today accept it',
  },
  {
    breaks: 'the kernel is too old for eBPF of Calico, or lacks options that Cilium lists',
    rules: ['btf'],
    not: 'distributions bring features to older kernels: the agents try each feature, and say what is missing',
  },
  {
    breaks: 'rp_filter of Antrea, AWS VPC CNI, OVN-Kubernetes and MetalLB',
    rules: [],
    not: 'their agents set what they need; for MetalLB it depends on routes outside of the node',
  },
  { breaks: 'the modules of kube-router', rules: ['iptables-nft', 'br-netfilter'], not: 'fou, which it loads itself' },
  {
    breaks: 'a module that modprobe cannot load: not shipped, not of the running kernel, denied, or loading is off',
    rules: ['br-netfilter', 'conntrack-active'],
    not: 'Secure Boot and lockdown: modules of the distribution are signed, and load',
  },
  {
    breaks: 'a module for a node that is a container',
    rules: ['br-netfilter', 'conntrack-active'],
    not: 'what the outer host has on disk: it need not show it',
  },
];

/** What tools take for right or wrong by mistake, and the rules that judge it otherwise. */
export const TRAPS: readonly Coverage[] = [
  {
    breaks: 'a module that is built in is in no list of lsmod',
    rules: ['br-netfilter', 'conntrack-active', 'overlay', 'iptables-legacy', 'longhorn'],
  },
  { breaks: 'a module that is built in may have no directory in /sys/module', rules: ['br-netfilter'] },
  { breaks: 'a kernel without modules has no /proc/modules', rules: ['br-netfilter'] },
  {
    breaks: "sysctls of a pod's network namespace are not the node's",
    rules: ['ipv4-forwarding', 'ipv6-forwarding', 'bridge-nf-call-iptables'],
  },
  { breaks: 'br_netfilter is on disk, and nothing ever loads it', rules: ['br-netfilter'] },
  { breaks: 'the file of a bridge sysctl exists, and says 0', rules: ['bridge-nf-call-iptables'] },
  { breaks: 'nftables is thought to need no bridge netfilter', rules: ['br-netfilter', 'bridge-nf-call-iptables'] },
  { breaks: 'Calico or Cilium is told to load br_netfilter', rules: ['br-netfilter'] },
  { breaks: 'a value is right now and lost at the next boot', rules: ['ipv4-forwarding', 'kubelet-kernel-defaults'] },
  {
    breaks: '`sysctl --system` is taken for a proof of the next boot',
    rules: ['ipv4-forwarding', 'bridge-nf-call-iptables'],
  },
  { breaks: 'modprobe by name works, and a deny list stops the boot', rules: ['br-netfilter', 'overlay', 'ipvs'] },
  { breaks: 'an install line makes `modprobe -n` report success', rules: ['br-netfilter', 'overlay', 'vxlan'] },
  { breaks: 'the kernel was upgraded, and the node not rebooted', rules: ['br-netfilter', 'iptables-nft'] },
  { breaks: 'docker 27.3 and later no longer loads br_netfilter', rules: ['br-netfilter'] },
  { breaks: 'what could not be read passes: here it is unknown', rules: ['br-netfilter', 'nftables'] },
  {
    breaks: 'a sysctl file says 1, and the module is never loaded',
    rules: ['br-netfilter', 'bridge-nf-call-iptables'],
  },
  {
    breaks: 'IPv4 is right, IPv6 is not; or IPv6 is asked of an IPv4 cluster',
    rules: ['bridge-nf-call-ip6tables', 'ipv6-forwarding'],
  },
  { breaks: 'a container node is advised to load a module itself', rules: ['br-netfilter'] },
  {
    breaks: 'a rootless node does not show what its host has',
    rules: ['br-netfilter'],
    not: "whether the outer host's bridges filter is not visible there; flanneld exits all the same, so that it fails",
  },
  {
    breaks: 'a sandbox (gVisor, Kata) has a kernel of its own',
    rules: ['ipv4-forwarding'],
    not: "an answer that does not prove to come from the node's network namespace is unknown",
  },
  { breaks: 'WSL2 has it built in, and modprobe fails there', rules: ['br-netfilter'] },
  { breaks: 'a bridge has a switch of its own (nf_call_iptables)', rules: ['bridge-nf-call-iptables'] },
  { breaks: 'a fix reaches every bridge of the node', rules: ['br-netfilter', 'bridge-nf-call-iptables'] },
  { breaks: 'rp_filter is read of `all` alone, or of the interface alone', rules: ['rp-filter'] },
];

/** All of it. */
export const COVERAGE: readonly Coverage[] = [...CAUSES, ...DEMANDS, ...TRAPS];
