import { oldestSystemd } from '../boot/systemd-release.ts';
import type { CniId } from '../cnis/lookup.ts';
import { activeReads, isActive } from '../judge/active-unit.ts';
import { configuration } from '../judge/configuration.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { FOREIGN, leavesForeign, NETWORKD_FILES } from '../managers/networkd.ts';

const UNIT = 'systemd-networkd.service';
const FILE = '/etc/systemd/networkd.conf.d/90-netprereq.conf';
const LINES = ['[Network]', ...FOREIGN.map((key) => `${key}=no`)];
const DROP_IN = { do: 'write-file', file: FILE, lines: LINES } as const;

/** CNIs that do not restore the rules and routes of running pods. */
const LOSE = new Set<CniId | undefined>(['aws-vpc', 'kube-router']);
const MAY_LOSE = new Set<CniId | undefined>([undefined, 'cilium', 'calico', 'azure']);

/** When networkd restarts, it removes rules and routes of other programs: every pod of the node loses its network at once. */
export const networkdForeignRules: Rule = {
  id: 'networkd-foreign-rules',
  aliases: [...FOREIGN, 'systemd-networkd'],
  title: 'Routing rules and routes of other programs survive a restart of systemd-networkd',
  reads: { paths: activeReads(UNIT) },

  applies({ cni }, facts) {
    const active = isActive(facts, UNIT);
    if (active === false) return skip('systemd-networkd does not run on this node');
    if (!LOSE.has(cni) && !MAY_LOSE.has(cni)) return skip(`${cni} has no routing rules that could be lost`);
    if (active === undefined) return info('whether systemd-networkd runs on this node is not known');
    const oldest = oldestSystemd(facts.os);
    if (oldest > 0 && oldest < 248) return info('systemd before release 248 keeps rules of other programs');
    if (LOSE.has(cni)) return recommended(`${cni} does not restore them for running pods`);
    return info(cni ? `${cni} may restore them` : 'the CNI was not detected (name it with --cni)');
  },

  requires: {
    ...configuration(NETWORKD_FILES, 'no', (files) => {
      const found = leavesForeign(files);
      const message = `systemd-networkd ${found.right ? 'keeps' : 'removes'} routes of other programs when it restarts`;
      return { ...found, actual: found.right ? 'no' : 'yes', message, remedy: [DROP_IN] };
    }),
    // networkd is not restarted for it: it reads the file at its next start, which is when it matters.
    repair: { file: { path: FILE, content: `${LINES.join('\n')}\n` } },
  },

  explain: {
    when: 'systemd-networkd runs, and the CNI is AWS VPC CNI or kube-router',
    messages: [],
    symptoms: ['All pods of a node lose their network at once, after an update of systemd or `netplan apply`.'],
    meaning: [
      'From release 248 systemd-networkd removes routing rules that it did not create, and routes on its links: when it starts, and when it configures links again. ' +
        'An update of systemd restarts it. Running pods stay broken until they are created again.',
    ],
    needed: [
      { cluster: 'AWS VPC CNI, kube-router', verdict: 'recommended' },
      { cluster: 'Cilium, Calico, Azure CNI, CNI not known; systemd before 248', verdict: 'info' },
      { cluster: 'other CNIs; no systemd-networkd', verdict: 'skipped' },
    ],
    neededNotes: [
      'Cilium and Calico restore them. Cilium from 1.14 marks its rules and routes as those of the kernel, which networkd does not remove. Flatcar and Amazon Linux 2023 have the right lines by default.',
      'Where systemd-networkd manages no link, it removes nothing. Whether it manages one is not read.',
    ],
    now: ['Read: `networkd.conf` and its drop-ins, merged as systemd does. Both switches must be `no`.'],
    causes: [
      {
        cause: 'unset',
        helps:
          'add the drop-in. systemd-networkd reads it at its next start. Do not restart it now: a restart removes the rules and routes',
      },
    ],
    sources: {
      issues: [
        'kubernetes/kops#17433',
        'aws/amazon-vpc-cni-k8s#1600',
        'cloudnativelabs/kube-router#1815',
        'cilium/cilium#24288',
        'systemd/systemd#19287',
      ],
      references: [{ title: 'networkd.conf(5)' }],
    },
  },
};
