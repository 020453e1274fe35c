import { readSysctl } from '../facts/read.ts';
import { belowShareOf } from '../judge/comparator.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';

const COUNT = 'net.netfilter.nf_conntrack_count';
const MAX = 'net.netfilter.nf_conntrack_max';

/** A full table drops every new connection of the node, while those that there are go on. */
export const conntrackHeadroom: Rule = {
  id: 'conntrack-headroom',
  aliases: [COUNT, 'nf_conntrack_count'],
  title: 'The table of connections has room',
  dependsOn: 'conntrack-active',

  reads: { sysctls: [COUNT] },
  applies({ kubeProxyMode }, facts) {
    if (readSysctl(facts, COUNT).is === 'absent') return skip('connection tracking is not active');
    if (kubeProxyMode !== undefined && kubeProxyMode !== 'none')
      return info("kube-proxy's configuration sets its size");
    return recommended('a full table drops new connections');
  },

  requires: sysctl(COUNT, belowShareOf(MAX, 0.8), { atBoot: false }),

  explain: {
    when: 'connection tracking is active (a note only where kube-proxy sets its size)',
    messages: [{ text: 'nf_conntrack: table full, dropping packet', from: "the kernel's log" }],
    symptoms: ['New connections time out at random, on one node, under load.'],
    meaning: [
      'Every connection takes a place in a table, also for minutes after its end. When the table is full, the kernel drops the first packet of each new one.',
      'kube-proxy sets the size when it starts: `conntrack.maxPerCore` times the number of cores, and at least `conntrack.min`. A sysctl that is set by hand ' +
        'is gone with its next start.',
    ],
    needed: [
      { cluster: 'with kube-proxy', verdict: 'a note: raise `conntrack.maxPerCore` in its configuration' },
      { cluster: 'without kube-proxy, or mode not known', verdict: 'recommended' },
      { cluster: 'connection tracking not active', verdict: 'skipped' },
    ],
    causes: [{ cause: 'value', helps: 'a larger table, and finding out what opens so many connections' }],
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
