import { activeReads, isActive } from '../judge/active-unit.ts';
import { configuration, configurationFiles } from '../judge/configuration.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { FIREWALLD_FILES, trustedAt } from '../managers/firewalld.ts';
import { run } from '../text/advice.ts';

const UNIT = 'firewalld.service';
/** CNIs that forward past the kernel's packet filters, or may do so. */
const MAY_BYPASS = new Set<string | undefined>([undefined, 'cilium', 'gke', 'antrea', 'ovn-kubernetes', 'none']);

/** firewalld rejects what no zone accepts, in a table of its own: a CNI's iptables rules do not help. */
export const firewalldZones: Rule = {
  id: 'firewalld-zones',
  aliases: ['firewalld', 'firewall-cmd'],
  title: 'Pods are in a trusted zone of firewalld',
  reads: { paths: activeReads(UNIT) },

  applies({ cni }, facts) {
    const active = isActive(facts, UNIT);
    if (active === false) return skip('firewalld does not run on this node');
    if (active === undefined && configurationFiles(FIREWALLD_FILES, facts).length === 0)
      return skip('nothing shows that firewalld is on this node');
    if (active === undefined) return info('whether firewalld runs on this node is not known');
    if (MAY_BYPASS.has(cni)) return info(`${cni ?? 'a CNI that was not detected'} may forward past firewalld`);
    return recommended('firewalld rejects forwarded packets that no zone accepts');
  },

  requires: configuration(FIREWALLD_FILES, 'trusted', (files) => {
    const at = trustedAt(files);
    return {
      right: at !== undefined,
      actual: at ? 'trusted' : 'in no trusted zone',
      at,
      message: at ? 'a zone accepts packets of pods' : 'no zone of firewalld accepts packets of pods',
      why: 'no zone with the target ACCEPT holds an interface of a CNI or a range of addresses',
      remedy: [
        'Have the ranges of pods and of Services in the zone trusted, with the first command for each range:',
        run('firewall-cmd --permanent --zone=trusted --add-source=RANGE'),
        run('firewall-cmd --reload'),
      ],
    };
  }),

  explain: {
    when: 'firewalld runs, and packets of pods pass it',
    messages: [{ text: 'No route to host', from: 'programs in pods' }],
    symptoms: [
      'Pods cannot reach pods on other nodes, and cannot reach pods of their own node through Services; after `systemctl stop firewalld` they can.',
    ],
    meaning: [
      'firewalld puts each interface and each source into a zone, and rejects what the zone does not accept. It uses its own table: rules that a CNI has put into FORWARD do not help.',
    ],
    needed: [
      { cluster: 'flannel, Canal, Calico, kube-router, AWS VPC CNI, kindnet and others', verdict: 'recommended' },
      { cluster: 'Cilium, GKE, Antrea, OVN-Kubernetes, CNI not known', verdict: 'info' },
      { cluster: 'no firewalld', verdict: 'skipped' },
    ],
    neededNotes: [
      'Settings that are not permanent and policies of firewalld are not read. Whether a range is that of the pods is not judged. A reload ' +
        'may remove rules of other programs: kube-proxy and the CNI restore theirs within a minute.',
    ],
    now: [
      'Read: whether firewalld runs, the default zone in `firewalld.conf`, and targets, interfaces and sources of the zones in `/etc/firewalld/zones`.',
    ],
    causes: [{ cause: 'unset', helps: 'add the ranges of pods and Services to the zone `trusted`' }],
    sources: {
      issues: [
        'portainer/kubesolo#146',
        'projectcalico/calico#5232',
        'firewalld/firewalld#527',
        'kubernetes/kubeadm#139',
      ],
      references: [
        { title: "k3s' requirements", url: 'https://docs.k3s.io/installation/requirements' },
        { title: 'firewalld.zone(5)' },
      ],
    },
  },
};
