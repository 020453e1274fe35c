import { allOf } from '../judge/all-of.ts';
import { NEIGHBOUR_TABLES, neighbourRoom, neighbourUse } from '../judge/neighbours.ts';
import { info, type Rule, recommended } from '../judge/rule.ts';

const [IPV4, IPV6] = NEIGHBOUR_TABLES;

/**
 * Permanent entries, such as flannel's and Cilium's for other nodes, are counted, but since Linux 5.0 gc_thresh3 does not limit them. So
 * a high count alone proves little; an overflow of the table does.
 */
export const neighbourTable: Rule = {
  id: 'neighbour-table',
  aliases: [IPV4.limit, IPV6.limit, 'gc_thresh3', 'arp-cache'],
  title: 'The neighbour tables have room',

  applies(_, facts) {
    const overflowed = NEIGHBOUR_TABLES.some(({ file }) => (neighbourUse(facts, file)?.overflows ?? 0) > 0);
    return overflowed
      ? recommended('a neighbour table has overflowed since boot')
      : info('no neighbour table is known to have overflowed since boot');
  },

  requires: allOf([neighbourRoom(IPV4, 0.8), neighbourRoom(IPV6, 0.8)], {}),

  explain: {
    when: 'a neighbour table has overflowed since boot (only shown, never a warning, where it has not)',
    messages: [
      { text: 'neighbour: arp_cache: neighbor table overflow!', from: "the kernel's log" },
      { text: 'RTNETLINK answers: No buffer space available', from: 'ip neigh' },
    ],
    variants: ['neighbor table overflow', 'neighbour table overflow'],
    symptoms: [
      'Connections to some pods or nodes fail at once or now and then, especially when many pods start together.',
    ],
    meaning: [
      'The kernel keeps the link-layer address of each neighbour that it talks to, in one table for IPv4 and one for IPv6, shared by all network namespaces of the node. At ' +
        '`gc_thresh3` entries (1,024 by default) it refuses more. Each pod needs entries in the network namespaces at both ends.',
    ],
    needed: [
      { cluster: 'a table that has overflowed since the boot and is above 80 %', verdict: 'recommended' },
      { cluster: 'a table that has not, however many entries it has', verdict: 'info' },
    ],
    neededNotes: [
      'Permanent entries (flannel, Cilium) are counted, too, although since Linux 5.0 they do not count against the limit. If a kernel does not count overflows, the rule is only shown.',
    ],
    causes: [
      {
        cause: 'value',
        helps:
          'set larger values of `gc_thresh1`, `gc_thresh2` and `gc_thresh3` under `net.ipv4.neigh.default` or `net.ipv6.neigh.default`, in a sysctl file. Set in the first network ' +
          'namespace, they apply to all',
      },
    ],
    sources: {
      issues: ['kubernetes/kops#4533', 'e2b-dev/infra#3508'],
      references: [
        { title: "the kernel's ip-sysctl documentation", url: 'https://docs.kernel.org/networking/ip-sysctl.html' },
      ],
    },
  },
};
