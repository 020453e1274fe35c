import { readSysctl } from '../facts/read.ts';
import { belowShareOf } from '../judge/comparator.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';

const COUNT = 'net.netfilter.nf_conntrack_count';
const MAX = 'net.netfilter.nf_conntrack_max';

/** A full table drops new connections. The count is momentary and says nothing about the next boot. */
export const conntrackHeadroom: Rule = {
  id: 'conntrack-headroom',
  aliases: [COUNT],
  title: 'The connection tracking table has room',
  dependsOn: 'conntrack-active',

  applies({ kubeProxyMode }, facts) {
    // conntrack-active reports an inactive module if anything needs it.
    const inactive = [COUNT, MAX].some((key) => readSysctl(facts, key).is === 'absent');
    if (inactive) return skip('connection tracking is not active on this node');
    const max = readSysctl(facts, MAX);
    if (max.is === 'value' && max.value.trim() === '0') return skip('the table has no limit (nf_conntrack_max is 0)');
    if (kubeProxyMode === 'none') return recommended('a full table drops new connections');
    if (kubeProxyMode === undefined)
      return recommended('a full table drops new connections; who sets its size is not known');
    return info('kube-proxy sets the size of the table (conntrack.maxPerCore, conntrack.min)');
  },

  requires: sysctl(COUNT, belowShareOf(MAX, 0.8), { atBoot: false }),

  explain: {
    when: 'connection tracking is active (only shown, never a warning, where kube-proxy sets the size)',
    messages: [{ text: 'nf_conntrack: table full, dropping packet', from: "the kernel's log" }],
    symptoms: ['New connections time out now and then, DNS first; existing ones continue.'],
    meaning: [
      'The kernel has an entry for each connection, also for UDP, until some time after its last packet. When the table is full, the kernel drops the first ' +
        'packet of each new connection.',
      'The whole node shares the table: pods, the node itself, and each client of a NodePort.',
    ],
    needed: [
      { cluster: 'no kube-proxy, or its mode not known', verdict: 'recommended' },
      { cluster: 'kube-proxy in any mode', verdict: 'info: kube-proxy sets the size' },
      { cluster: 'connection tracking not active, or no limit', verdict: 'skipped: see `conntrack-active`' },
    ],
    neededNotes: [
      'kube-proxy sets `nf_conntrack_max` when it starts: 32,768 for each core, at least 131,072. A line in a sysctl file does not last then: change ' +
        '`conntrack.maxPerCore` and `conntrack.min` in its configuration. With `maxPerCore: 0` it does not set the size.',
      'Cilium with its kube-proxy replacement has a table of its own (`bpf-ct-global-tcp-max`), which is not read here.',
    ],
    causes: [
      {
        cause: 'value',
        helps:
          'enlarge the table: in the configuration of kube-proxy if it runs, else by `net.netfilter.nf_conntrack_max` in a sysctl file. Or shorten the timeouts. ' +
          '`conntrack -S` counts what was dropped, `conntrack -L` shows who holds the entries',
      },
    ],
    sources: {
      issues: ['kubernetes/kubernetes#109672', 'kubernetes/kubernetes#71261'],
      references: [
        {
          title: "the kernel's nf_conntrack-sysctl documentation",
          url: 'https://docs.kernel.org/networking/nf_conntrack-sysctl.html',
        },
      ],
    },
  },
};
