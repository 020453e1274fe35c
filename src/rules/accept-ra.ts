import { advertisedLinks, keepsAdvertisedRoutes } from '../judge/advertised-routes.ts';
import { usesFamily } from '../judge/pod-network.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';
import { excerpt } from '../text/excerpt.ts';

/** A node that forwards IPv6 ignores router advertisements, unless accept_ra is 2: it loses its default route at once or when that expires. */
export const acceptRa: Rule = {
  id: 'accept-ra',
  aliases: ['accept_ra', 'router-advertisement'],
  title: 'The node keeps the IPv6 default route that a router advertised',

  applies(profile, facts) {
    const used = usesFamily(profile, 'IPv6');
    if (used === false) return skip('the cluster does not use IPv6');
    const links = advertisedLinks(facts);
    if (links?.length === 0) return skip('no IPv6 default route of this node comes from a router advertisement');
    if (links === undefined || used === undefined) return info('a node that forwards IPv6 loses such a route');
    return recommended(`the default route of ${excerpt(links.join(', '))} comes from a router advertisement`);
  },

  requires: keepsAdvertisedRoutes,

  explain: {
    when: 'the cluster uses IPv6, and the kernel has taken a default route from a router',
    messages: [],
    symptoms: [
      'From outside its own network, the node can no longer be reached over IPv6: as soon as forwarding is switched on, half an hour later, or after the next reboot.',
    ],
    meaning: [
      'A host takes its default route from router advertisements. A node that forwards packets is a router itself: as soon as `net.ipv6.conf.all.forwarding` is on, the kernel removes such routes ' +
        'and accepts no new ones, unless `accept_ra` of the link is 2.',
      'systemd-networkd and NetworkManager process router advertisements themselves and set the route. Nodes that use them are not affected.',
    ],
    needed: [
      { cluster: 'IPv6 or dual-stack, and a default route that the kernel took from a router', verdict: 'recommended' },
      { cluster: 'IP families not known, or routes not read', verdict: 'info' },
      { cluster: 'no such route (systemd-networkd, NetworkManager, a static route); IPv4 only', verdict: 'skipped' },
    ],
    sources: {
      issues: ['Azure/azure-container-networking#4884'],
      references: [
        { title: "RKE2's networking options", url: 'https://docs.rke2.io/networking/basic_network_options' },
        { title: "the kernel's ip-sysctl documentation", url: 'https://docs.kernel.org/networking/ip-sysctl.html' },
      ],
    },
  },
};
