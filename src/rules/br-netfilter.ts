import { activeModule } from '../judge/active-module.ts';
import { POD_NETWORK_READS, podNetwork } from '../judge/pod-network.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

const FILE = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/** The one module that nothing loads by itself: it has no alias, and flanneld exits without it. */
export const brNetfilter: Rule = {
  id: 'br-netfilter',
  aliases: ['br_netfilter', 'bridge-netfilter'],
  title: 'Bridge netfilter is active',

  reads: POD_NETWORK_READS,
  applies(profile, facts) {
    const { onBridge, because } = podNetwork(profile, facts);
    if (onBridge) return required(because);
    if (profile.agentNeedsBridgeNetfilter) return required('flanneld exits without it');
    if (profile.cni === 'canal' && profile.agentNeedsBridgeNetfilter === undefined) {
      return recommended('flanneld 0.26 and later exits without it; its version is not known');
    }
    return onBridge === false ? skip(because) : recommended(because);
  },

  requires: activeModule('br_netfilter', { shownBy: 'net.bridge.bridge-nf-call-iptables' }),

  explain: {
    when: 'pods are on a Linux bridge, or flanneld wants it',
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
    symptoms: ['Newer kubeadm and kube-proxy say nothing at all.'],
    meaning: [
      'The module br_netfilter shows netfilter (iptables, ipvs, nftables) the packets that pass a bridge. Without it a packet between two pods ' +
        'of one node never meets the rules of a Service or of a NetworkPolicy.',
      'It never loads by itself: it has no module alias, so somebody has to ask for it by name. Docker used to, until 27.3.',
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
        '"Not on a bridge": Canal, Calico, Cilium, Antrea, OVN-Kubernetes, the ' +
        'AWS VPC CNI, kindnet. When the API server names no known CNI, or one that works either way (Azure, GKE), each node is judged by its own ' +
        'bridges and by `/etc/cni/net.d`. `--cni` overrides all of it.',
      "flannel 0.28.0 and later starts without it when `EnableNFTables` is set. Services whose pod is on the client's own node fail all the " +
        'same, and NetworkPolicies between pods of one node are not enforced.',
    ],
    now: [
      `Read: whether \`${FILE}\` exists in the node's own network namespace. Nothing else counts: a built-in module is in no list of \`lsmod\` and ` +
        'may have no directory in `/sys/module`, and a module that is merely on disk does not help. Those lists only explain a failure.',
    ],
    boot: [
      "Simulated from the node's files, for the kernel that the next boot will start: built in, `modules_load=` on the kernel command line, " +
        '`modules-load.d` in `/etc`, `/run`, `/usr/local/lib` and `/usr/lib`, `/etc/modules` where a link leads there, units that something wants and that run ' +
        '`modprobe br_netfilter`, and the agents of k3s, RKE2, k0s and kube-router. Then what stands in the way: `blacklist`, `install` and ' +
        '`alias` lines of modprobe.d, `module_blacklist=`, a masked service.',
      'Scripts in units, udev rules that run modprobe, and the settings of an initramfs are not followed: where only those name it, the answer is unknown.',
    ],
    causes: [
      {
        cause: 'not-loaded',
        helps: '`modprobe br_netfilter`, and a line in `/etc/modules-load.d/netprereq.conf` for the next boot',
      },
      {
        cause: 'not-shipped',
        helps:
          "the package with the module for exactly the running kernel: on Red Hat's family from version 10 `kernel-modules-extra-$(uname -r)`, on " +
          "Ubuntu's cloud kernels `linux-modules-extra-$(uname -r)`. Without the version, the package manager brings the newest kernel's modules, " +
          'which the running one cannot load',
      },
      {
        cause: 'kernel-mismatch',
        helps:
          "a reboot: the kernel was upgraded, and the running one's modules are gone (its directory, or `modules.dep` in it)",
      },
      {
        cause: 'deny-listed',
        helps:
          'removing the line that is named. `install br_netfilter /bin/false` stops modprobe; `blacklist br_netfilter` only stops loading at boot, ' +
          'while modprobe by name still works; `module_blacklist=` on the kernel command line stops everything',
      },
      {
        cause: 'loading-disabled',
        helps: 'a reboot without `kernel.modules_disabled=1`, or another kernel where this one cannot load modules',
      },
      {
        cause: 'container-node',
        helps:
          "loading it on the machine that runs the node: kind, k3d, minikube's docker driver, LXC, Talos in Docker",
      },
      {
        cause: 'undetermined',
        helps:
          'the reason that the finding gives: the module is there but not in this network namespace, or the lists of modules could not be read',
      },
    ],
    caution: {
      text: [
        'Loading it makes every bridge of the node pass through netfilter, those of virtual machines and of Docker too, whose traffic a FORWARD ' +
          'policy of DROP then stops. The remedy names such bridges when it sees any.',
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
