import { activeModule } from '../judge/active-module.ts';
import { podNetworkAsked } from '../judge/bridged-family.ts';
import { POD_NETWORK_READS } from '../judge/pod-network.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

const FILE = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/**
 * A program that could not read one of the switches, in any language. Everybody may read them, so a message about the path that
 * shows no value and is not about permission means that it does not exist.
 */
const UNREADABLE =
  /\b(?:stat|statx|cat|open|sysctl)\b.{0,80}\/proc\/sys\/net\/bridge\/[\w-]+[^:：=]{0,60}[:：](?!\s*\d+\s*$)(?!.*(?:= ?0|is 0|not set to 1|denied|not permitted|read-only))\s*\S/i;

/** The one module that nothing loads automatically: it has no alias, and flanneld exits without it. */
export const brNetfilter: Rule = {
  id: 'br-netfilter',
  aliases: ['br_netfilter', 'bridge-netfilter'],
  title: 'Bridge netfilter is active',

  reads: POD_NETWORK_READS,
  applies(profile, facts) {
    const { onBridge, because } = podNetworkAsked(profile, facts);
    if (onBridge) return required(because);
    if (profile.agentNeedsBridgeNetfilter) return required('flanneld exits without it');
    if (profile.cni === 'canal' && profile.agentNeedsBridgeNetfilter === undefined) {
      return recommended('flanneld 0.26 and later exits without it; its version is not known');
    }
    return onBridge === false ? skip(because) : recommended(because);
  },

  requires: activeModule('br_netfilter', { shownBy: 'net.bridge.bridge-nf-call-iptables' }),

  explain: {
    when: 'pods are on a Linux bridge, or flanneld needs it',
    messages: [
      {
        text: `Failed to check br_netfilter: stat ${FILE}: no such file or directory`,
        from: 'flanneld, which then crash-loops',
      },
      {
        text: `[ERROR FileContent--proc-sys-net-bridge-bridge-nf-call-iptables]: ${FILE} does not exist`,
        from: 'kubeadm up to 1.29',
      },
      { text: `sysctl: cannot stat ${FILE}: No such file or directory`, from: 'sysctl' },
      {
        text: 'bridge: filtering via arp/ip/ip6tables is no longer available by default. Update your scripts to load br_netfilter if you need this.',
        from: "the kernel's log",
      },
    ],
    variants: [
      '/proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory',
      'setting key "net.bridge.bridge-nf-call-iptables": No such file or directory',
      '/proc/sys/net/bridge/bridge-nf-call-ip6tables: no such file or directory',
      'setting key "net.bridge.bridge-nf-call-ip6tables": No such file or directory',
      '/proc/sys/net/bridge/bridge-nf-call-iptables does not exist',
      'bridge-nf-call-iptables does not exist',
      'bridge-nf-call-ip6tables does not exist',
    ],
    patterns: [UNREADABLE],
    symptoms: ['Newer versions of kubeadm and kube-proxy report nothing.'],
    meaning: [
      'The module br_netfilter passes packets that cross a bridge to netfilter (iptables, ipvs, nftables). Without it, the rules of Services and ' +
        'NetworkPolicies do not apply to packets between two pods of one node.',
      'It never loads automatically: it has no module alias, so something must load it by name. Docker did so until 27.3.',
    ],
    needed: [
      { cluster: "pods on a bridge, whatever kube-proxy's mode: iptables, ipvs, nftables", verdict: 'required' },
      {
        cluster: 'Canal with flannel 0.26.0 or later',
        verdict: 'required: flanneld exits without it, though no pod is on a bridge',
      },
      { cluster: "Canal whose flannel's version is not known", verdict: 'recommended' },
      { cluster: 'CNI not known, and the node shows none', verdict: 'recommended' },
      { cluster: 'pods not on a bridge', verdict: 'skipped' },
    ],
    neededNotes: [
      '"On a bridge" means that pods are connected to a Linux bridge: flannel with any back-end, k3s as delivered, kube-router, Weave Net, ' +
        "kubenet, CRI-O's default configuration, the bare `bridge` plug-in. " +
        '"Not on a bridge": Canal, Calico, Cilium, Antrea, OVN-Kubernetes, kube-ovn, the AWS VPC CNI, Azure CNI, GKE, kindnet.',
      "What a node's own links show counts more than the API: the pods' bridge is the one whose route is the node's podCIDR. A name alone " +
        'counts only where podCIDRs are not used: Docker, nerdctl, Incus and KubeVirt make bridges with veth ports, too. Then come the agents ' +
        'in the cluster, then the CNI configuration in the directory where the runtime looks. `--cni` overrides it.',
      'An agent that runs on no node, that only enforces policies (Calico without its CNI plug-in), or that is chained to another plug-in ' +
        '(Cilium) does not count, nor does what a former CNI left behind. An agent in a namespace of its own, such as flannel installed by Helm, ' +
        'makes the rule required, and never skips it.',
      "flannel 0.28.0 and later starts without it if `EnableNFTables` is set. Services whose pod is on the client's own node still fail, " +
        'and NetworkPolicies between pods of one node are not enforced.',
    ],
    now: [
      `Read: whether \`${FILE}\` exists in the node's own network namespace. Nothing else counts: a built-in module is in no list of \`lsmod\` and ` +
        'may have no directory in `/sys/module`, and a module that is merely on disk does not help. Those lists only explain a failure.',
    ],
    boot: [
      "Simulated from the node's files, for the kernel that the next boot will start: built in, `modules_load=` on the kernel command line, " +
        '`modules-load.d` in `/etc`, `/run`, `/usr/local/lib` and `/usr/lib`, `/etc/modules` if a link leads there, enabled units that run ' +
        '`modprobe br_netfilter`, and the agents of k3s, RKE2, k0s, microk8s, kOps, kube-router and Weave Net. Then what prevents it: `blacklist`, `install` and ' +
        '`alias` lines of modprobe.d, `module_blacklist=`, a masked service.',
      'Scripts that run at boot are read as far as their commands are simple. Conditional commands, udev rules that run modprobe, and initramfs settings are not simulated: if only those name the module, the result is unknown.',
    ],
    causes: [
      {
        cause: 'not-loaded',
        helps: 'run `modprobe br_netfilter`, and add a line in `/etc/modules-load.d/netprereq.conf` for the next boot',
      },
      {
        cause: 'not-shipped',
        helps:
          "install the package that has the module for exactly the running kernel: in Red Hat's family from version 10 `kernel-modules-extra-$(uname -r)`, on " +
          "Ubuntu's cloud kernels `linux-modules-extra-$(uname -r)`. Without the version, the package manager installs the newest kernel's modules, " +
          'which the running kernel cannot load',
      },
      {
        cause: 'kernel-mismatch',
        helps:
          'reboot: the kernel was upgraded, and the modules of the running one were deleted (their directory, or `modules.dep` in it)',
      },
      {
        cause: 'deny-listed',
        helps:
          'remove the line that the report names. `install br_netfilter /bin/false` stops modprobe; `blacklist br_netfilter` only stops loading at boot, ' +
          'while modprobe by name still works; `module_blacklist=` on the kernel command line stops everything',
      },
      {
        cause: 'loading-disabled',
        helps:
          'reboot without `kernel.modules_disabled=1`; if the kernel cannot load modules at all, use another kernel',
      },
      {
        cause: 'container-node',
        helps: "load it on the machine that runs the node: kind, k3d, minikube's docker driver, LXC, Talos in Docker",
      },
      {
        cause: 'undetermined',
        helps:
          'see the reason that the report gives: the module is there but not in this network namespace, or the lists of modules could not be read',
      },
    ],
    caution: {
      text: [
        'After loading it, the traffic of every bridge of the node passes through netfilter, also of virtual machines and Docker. A FORWARD ' +
          'policy of DROP then stops that traffic. `fix` names such bridges if there are any.',
      ],
    },
    sources: {
      issues: [
        'flannel-io/flannel#2166',
        'flannel-io/flannel#2068',
        'flannel-io/flannel#2102',
        'flannel-io/flannel#2254',
        'kubernetes/kubernetes#123464',
        'kubernetes/kubernetes#120849',
        'kubernetes/kubeadm#312',
        'kubernetes/kubeadm#3025',
        'kubernetes/kops#18199',
        'kubernetes/kops#18724',
        'moby/moby#48664',
        'siderolabs/talos#10430',
        'replicatedhq/troubleshoot#1737',
      ],
      references: [{ title: 'modprobe.d(5)' }, { title: 'modules-load.d(5)' }],
    },
  },
};
