import { pathExists } from '../facts/read.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { isStarted, startedReads, unitIsOff } from '../judge/unit-is-off.ts';

/** Each unit with the target that starts it at boot. The service ends at once; the timer starts it repeatedly. */
const UNITS = { 'nm-cloud-setup.timer': 'timers.target', 'nm-cloud-setup.service': 'multi-user.target' };

/** A directory in every package of NetworkManager. */
const PROGRAM = '/etc/NetworkManager';

/** Release 8.4 of the RHEL family has NetworkManager 1.30, whose nm-cloud-setup routes packets for pods away from the node. */
export const nmCloudSetup: Rule = {
  id: 'nm-cloud-setup',
  aliases: ['nm-cloud-setup.service', 'nm-cloud-setup.timer'],
  title: 'Packets to pods are not routed by nm-cloud-setup',
  reads: { paths: [...startedReads(UNITS), PROGRAM] },

  applies(_, facts) {
    const started = isStarted(facts, UNITS);
    if (started === false) return skip('nm-cloud-setup is not enabled on this node');
    if (started === undefined && pathExists(facts, PROGRAM) === false)
      return skip('nothing shows that NetworkManager is on this node');
    if (started === undefined) return info('whether nm-cloud-setup is enabled on this node is not known');
    const { id = '', versionId } = facts.os;
    const old = /^(?:rhel|centos|rocky|almalinux|ol)$/.test(id) && versionId === '8.4';
    if (old) return recommended('the version in release 8.4 sends packets for pods to the wrong place');
    return info('from NetworkManager 1.32.12 it does not affect packets to pods');
  },

  requires: unitIsOff(UNITS, 'nm-cloud-setup'),

  explain: {
    when: 'the node is of release 8.4 of the RHEL family, and nm-cloud-setup is switched on',
    messages: [],
    symptoms: [
      'The node cannot reach its own pods, so probes fail. Pods of the node cannot reach each other through Services.',
    ],
    meaning: [
      'nm-cloud-setup configures the addresses that a cloud has assigned to the machine. Versions before 1.32.12 add a routing table with a rule of high priority (30400). It sends packets from ' +
        'the node to its own pods to the default route.',
    ],
    needed: [
      { cluster: 'release 8.4 of RHEL, Rocky Linux, AlmaLinux, Oracle Linux, CentOS', verdict: 'recommended' },
      { cluster: 'other systems on which it is switched on', verdict: 'info' },
      { cluster: 'nodes on which it is not switched on', verdict: 'skipped' },
    ],
    neededNotes: [
      'The version of NetworkManager is not read. RKE2 and k3s refused to start while it was enabled; since 2025 they do not.',
    ],
    causes: [
      {
        cause: 'value',
        helps: 'disable it and reboot, which removes its rules; or update NetworkManager',
      },
    ],
    sources: {
      issues: ['rancher/rke2#1053', 'projectcalico/calico#4662', 'rancher/rke2#8936'],
      references: [
        {
          title: "NetworkManager's news (1.32.12)",
          url: 'https://gitlab.freedesktop.org/NetworkManager/NetworkManager/-/blob/main/NEWS',
        },
      ],
    },
  },
};
