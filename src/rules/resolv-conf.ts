import { nameServers, nameServersReachable, resolverFile } from '../judge/name-servers.ts';
import { type Rule, recommended, skip } from '../judge/rule.ts';
import { excerpt } from '../text/excerpt.ts';

/** Distributions that configure the kubelet with a resolver file of their own, whatever /etc/resolv.conf says. */
const OWN_RESOLVER: ReadonlySet<string | undefined> = new Set(['k3s', 'rke2', 'talos', 'k0s']);

/** Pods that inherit the node's name servers, such as CoreDNS, cannot reach one on the node's loopback interface: CoreDNS then queries itself, and exits. */
export const resolvConf: Rule = {
  id: 'resolv-conf',
  aliases: ['resolvConf', 'coredns-loop'],
  title: 'Pods can reach the name servers that CoreDNS inherits',

  applies({ distribution }, facts) {
    if (OWN_RESOLVER.has(distribution)) return skip(`${distribution} chooses the resolver file of the kubelet itself`);
    const path = resolverFile(facts);
    if (path === undefined) return skip("the kubelet's configuration file was not found or read");
    if (path === '') return skip('pods get no name servers of the node (resolvConf is empty)');
    if (nameServers(facts, path) === undefined) return skip(`${excerpt(path)} is not read`);
    return recommended('CoreDNS asks the name servers of the node, unless its Corefile names others');
  },

  requires: nameServersReachable,

  explain: {
    when: "the kubelet's configuration file was found",
    messages: [
      {
        text: 'plugin/loop: Loop (127.0.0.1:55953 -> :1053) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
        from: 'CoreDNS, which then exits',
      },
    ],
    variants: ['plugin/loop: Loop (', 'more than twice, loop detected', 'plugin/loop: Forwarding loop detected'],
    symptoms: [
      'CoreDNS crash-loops on this node. If its plug-in `loop` is off, names outside the cluster are resolved slowly or not at all.',
    ],
    meaning: [
      'The kubelet copies the name servers from a file on the node into pods that inherit them, and CoreDNS forwards to these servers. A server such as 127.0.0.53 (systemd-resolved) or ' +
        '127.0.0.1 (dnsmasq) is then the pod itself. kubeadm sets `/run/systemd/resolve/resolv.conf` only if systemd-resolved was running when the node joined.',
    ],
    needed: [
      {
        cluster: "the kubelet's configuration file was found, and the file that it names is one of the two below",
        verdict: 'recommended',
      },
      { cluster: 'k3s, RKE2, k0s, Talos: they choose the file themselves', verdict: 'skipped' },
      { cluster: 'no configuration file, another resolver file, resolvConf empty', verdict: 'skipped' },
    ],
    neededNotes: [
      'Resolver files that are read: `/etc/resolv.conf` and `/run/systemd/resolve/resolv.conf`. A Corefile that forwards to servers by address is not affected; it is not read, so this rule only warns. ' +
        "The kubelet's flag for it is not read.",
    ],
    sources: {
      issues: ['dyrnq/kubeadm-vagrant#38', 'stackhpc/magnum#97'],
      references: [{ title: "CoreDNS' notes on loops", url: 'https://coredns.io/plugins/loop' }],
    },
  },
};
