import { BRIDGE, BRIDGE_IPV6, type Distribution } from './distribution.ts';

/** Asked last: it is an operating system that also serves other distributions. */
export const talos = {
  id: 'talos',
  is: ({ system }) => /^Talos\b/.test(system.osImage),
  atStart: {
    agent: 'Talos',
    sysctls: () => ['net.ipv4.ip_forward', 'net.ipv6.conf.default.forwarding', BRIDGE, BRIDGE_IPV6],
  },
} as const satisfies Distribution;
