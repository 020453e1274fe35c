import { activeModule } from '../judge/active-module.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/**
 * kube-proxy opens nf_conntrack_max when it starts, before its own rules make the kernel load the module, and exits if the file does
 * not exist (typhoon#1557). Usually something else has loaded the module by then, but not on Rocky 9 or a minimal RHEL 10. So a module
 * that is only on disk fails: if kube-proxy ran on the node, the module would be active.
 */
export const conntrackActive: Rule = {
  id: 'conntrack-active',
  aliases: ['nf_conntrack', 'net.netfilter.nf_conntrack_max'],
  title: 'Connection tracking is active',

  applies({ kubeProxyMode }) {
    if (kubeProxyMode === 'none') return skip('the cluster runs without kube-proxy');
    if (kubeProxyMode !== undefined) return required('kube-proxy exits without it');
    return recommended('kube-proxy exits without it; its mode is not known (--kube-proxy-mode)');
  },

  requires: activeModule('nf_conntrack', { shownBy: 'net.netfilter.nf_conntrack_max', onDemand: true }),

  explain: {
    when: 'the cluster has a kube-proxy, in any mode',
    messages: [
      {
        text: '"Error running ProxyServer" err="open /proc/sys/net/netfilter/nf_conntrack_max: no such file or directory"',
        from: 'kube-proxy, which then exits',
      },
    ],
    variants: ['/proc/sys/net/netfilter/nf_conntrack_max: no such file or directory'],
    symptoms: [],
    meaning: [
      'Connection tracking remembers which connection was sent where. kube-proxy opens `nf_conntrack_max` when it starts, before any of its ' +
        'own rules makes the kernel load the module, and exits if the file does not exist.',
      'The kernel loads the module as soon as a firewall rule needs it, and on most systems something sets such a rule before kube-proxy starts. ' +
        'On Rocky Linux 9 and on a minimal RHEL 10 nothing does: kube-proxy opens the file first.',
    ],
    needed: [
      { cluster: 'kube-proxy in any mode', verdict: 'required' },
      { cluster: "kube-proxy's mode not known", verdict: 'recommended' },
      { cluster: 'no kube-proxy', verdict: 'skipped' },
    ],
    neededNotes: [
      "kube-proxy's mode is read from its process on the node, otherwise from the configuration that its DaemonSet mounts, or from its static pod's " +
        'arguments. A DaemonSet that runs on no node does not count. If kube-proxy is part of another program (k3s, microk8s), its mode is iptables unless that program is configured otherwise.',
    ],
    now: [
      'Read: whether `/proc/sys/net/netfilter/nf_conntrack_max` exists. A module that is on disk but not active fails: on a node where kube-proxy ' +
        'runs, it would be active. On a host that has not joined a cluster yet, loading it is harmless.',
    ],
    boot: [
      'Loaded as soon as something needs it: for the next boot it is enough that it is built in or on disk, unless an `install` line of modprobe.d or the ' +
        'kernel command line stops it.',
    ],
    causes: [
      {
        cause: 'not-loaded',
        helps: 'run `modprobe nf_conntrack`, and add a line in `/etc/modules-load.d/netprereq.conf` for the next boot',
      },
      {
        cause: 'not-shipped',
        helps: 'install the package that has the module for exactly the running kernel, as for `br-netfilter`',
      },
      { cause: 'kernel-mismatch', helps: 'reboot into the installed kernel' },
      { cause: 'deny-listed', helps: 'remove the line that the report names' },
      { cause: 'loading-disabled', helps: 'reboot without `kernel.modules_disabled=1`, or use another kernel' },
      {
        cause: 'container-node',
        helps:
          'load it on the machine that runs the node. If the file exists in a container node but is not writable, this is another problem: ' +
          'set `conntrack.maxPerCore: 0` for kube-proxy',
      },
      { cause: 'undetermined', helps: 'see the reason that the report gives' },
    ],
    sources: {
      issues: ['poseidon/typhoon#1557', 'kubernetes-sigs/kind#2240'],
      references: [{ title: "kops' notes on installing kernel-modules-extra" }],
    },
  },
};
