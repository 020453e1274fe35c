import { activeModule } from '../judge/active-module.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

/**
 * kube-proxy opens nf_conntrack_max when it starts, before any rule of its own could make the kernel load the module, and exits when
 * it is not there (typhoon#1557). Usually something else has loaded it by then, but not on Rocky 9 or a minimal RHEL 10. So a module that
 * is merely on disk fails: on a node whose kube-proxy runs it would be active.
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
    symptoms: [],
    meaning: [
      'Connection tracking remembers which connection was sent where. kube-proxy opens `nf_conntrack_max` when it starts, before any rule of its ' +
        'own could make the kernel load the module, and exits when the file is not there.',
      'The module loads itself as soon as a firewall rule needs it, and on most systems something has such a rule before kube-proxy starts. ' +
        'Not on Rocky Linux 9 and not on a minimal RHEL 10: there kube-proxy opens the file first.',
    ],
    needed: [
      { cluster: 'kube-proxy in any mode', verdict: 'required' },
      { cluster: "kube-proxy's mode not known", verdict: 'recommended' },
      { cluster: 'no kube-proxy', verdict: 'skipped' },
    ],
    now: [
      'Read: whether `/proc/sys/net/netfilter/nf_conntrack_max` exists. A module that is on disk and not active fails: on a node whose kube-proxy is at ' +
        'work it would be active. On a host that has not joined a cluster yet, loading it is harmless.',
    ],
    boot: [
      'Loaded as soon as something needs it: for the next boot it is enough that it is built in or on disk, unless an `install` line of modprobe.d or the ' +
        'kernel command line stops it.',
    ],
    causes: [
      {
        cause: 'not-loaded',
        helps: '`modprobe nf_conntrack`, and a line in `/etc/modules-load.d/netprereq.conf` for the next boot',
      },
      {
        cause: 'not-shipped',
        helps: 'the package with the module for exactly the running kernel, as for `br-netfilter`',
      },
      { cause: 'kernel-mismatch', helps: 'a reboot into the installed kernel' },
      { cause: 'deny-listed', helps: 'removing the line that is named' },
      { cause: 'loading-disabled', helps: 'a reboot without `kernel.modules_disabled=1`, or another kernel' },
      {
        cause: 'container-node',
        helps:
          'loading it on the machine that runs the node. In a container node the file may exist and not be writable, which is another matter: ' +
          'kube-proxy then wants `conntrack.maxPerCore: 0`',
      },
      { cause: 'undetermined', helps: 'the reason that the finding gives' },
    ],
    sources: {
      issues: ['poseidon/typhoon#1557', 'kubernetes-sigs/kind#2240'],
      references: [{ title: "kops' notes on installing kernel-modules-extra" }],
    },
  },
};
