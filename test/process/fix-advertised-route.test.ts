import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { healthyNode } from '../support/clusters.ts';
import { inNode, noNamespaceNodes, outcomes, standInForEach } from '../support/fixing.ts';
import type { StandIn } from '../support/stand-in.ts';

const { start, report } = standInForEach();

/** Sends one router advertisement out of the interface r0: a default router for half an hour, no prefix. */
const ADVERTISE = [
  'import socket, struct',
  's = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)',
  's.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)',
  's.sendto(struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), ("ff02::1", 0, 0, socket.if_nametoindex("r0")))',
].join('\n');

function inNetworkOf({ nodes }: StandIn, place: number, ...command: readonly string[]): void {
  const { status, stderr } = spawnSync('nsenter', ['--target', `${nodes[place]?.pid}`, '--net', ...command], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}

const route = (running: StandIn) => inNode(running, 'ip -6 route show default');
const forward = (running: StandIn, value: 0 | 1) =>
  inNode(running, `echo ${value} >/proc/sys/net/ipv6/conf/all/forwarding`);

/** Connects the first node to the second one, which advertises itself as a router. */
async function advertised(running: StandIn): Promise<void> {
  inNetworkOf(running, 0, 'ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'r0');
  inNetworkOf(running, 0, 'ip', 'link', 'set', 'r0', 'netns', `${running.nodes[1]?.pid}`);
  for (const [place, link] of ['eth0', 'r0'].entries()) {
    inNode(running, `echo 0 >/proc/sys/net/ipv6/conf/${link}/accept_dad; ip link set ${link} up`, place);
  }
  await advertise(running);
}

/** Until the node has its route from that. */
async function advertise(running: StandIn): Promise<void> {
  while (!route(running).includes('proto ra')) {
    spawnSync('nsenter', ['--target', `${running.nodes[1]?.pid}`, '--net', 'python3', '-c', ADVERTISE]);
    await sleep(100);
  }
}

const unavailable =
  (await noNamespaceNodes()) ??
  (process.getuid?.() !== 0 ? 'not root' : undefined) ??
  (spawnSync('python3', ['--version']).status === 0 ? undefined : 'no python3 here to send router advertisements');

describe.skipIf(unavailable)(
  `a default route from a router advertisement${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  () => {
    test('goes when IPv6 forwarding is switched on without accept_ra, and stays when fix does it', async () => {
      const running = await start([healthyNode('node-1'), healthyNode('router')]);
      await advertised(running);
      forward(running, 1);
      expect(route(running)).not.toContain('proto ra');
      forward(running, 0);
      await advertise(running);
      const { code, report: found } = await report('fix', 'node-1', '--ip-families', 'IPv4,IPv6');
      expect([code, outcomes(found)]).toEqual([0, ['node-1 changed pass']]);
      expect(
        found.nodes[0]?.steps
          .filter(({ what }) => /forwarding|accept_ra/.test(what))
          .map((step) => `${step.do} ${step.what}`),
      ).toEqual([
        'keep-sysctl net.ipv6.conf.eth0.accept_ra',
        'keep-sysctl net.ipv6.conf.all.forwarding',
        'set-sysctl net.ipv6.conf.eth0.accept_ra',
        'set-sysctl net.ipv6.conf.all.forwarding',
      ]);
      expect(route(running)).toContain('proto ra');
      // And it is renewed: the kernel goes on listening.
      inNode(running, 'ip -6 route del default dev eth0');
      await advertise(running);
      expect((await report('undo', 'node-1', '--ip-families', 'IPv4,IPv6')).code).toBe(0);
      expect(route(running)).toContain('proto ra');
      expect(inNode(running, 'cat /proc/sys/net/ipv6/conf/eth0/accept_ra /proc/sys/net/ipv6/conf/all/forwarding')).toBe(
        '1\n0\n',
      );
    });
  },
);
