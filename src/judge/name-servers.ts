import type { NodeFacts } from '../facts/facts.ts';
import { readFiles } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import { KUBELET_FILES, kubeletSetting } from './kubelet-setting.ts';
import { passes, unknown } from './result.ts';
import type { Requirement } from './rule.ts';

const PATHS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
const UPLINK = PATHS[1] ?? '';
const request = (path: string) => `${path}#nameserver`;

/** A name server, and the line that names it. */
interface NameServer {
  readonly address: string;
  readonly line: number;
}

/**
 * The file that the kubelet takes the name servers of pods with dnsPolicy Default from; undefined: not known.
 * @throws NotAsked
 */
export function resolverFile(facts: NodeFacts): string | undefined {
  return kubeletSetting(facts, 'resolvConf', '/etc/resolv.conf')?.value;
}

/** The name servers of a file; undefined: it is none of those that are read, or could not be read. */
export function nameServers(facts: NodeFacts, path: string): readonly NameServer[] | undefined {
  if (!PATHS.includes(path)) return undefined;
  const files = readFiles(facts, request(path));
  const [file] = files === 'unread' ? [] : files;
  if (file?.kind !== 'file') return undefined;
  return file.lines.flatMap(({ number, text }) => {
    const address = /^nameserver\s+(\S+)/.exec(text)?.[1];
    return address === undefined ? [] : [{ address, line: number }];
  });
}

const isLoopback = ({ address }: NameServer) => /^(?:127\.|::1$|::ffff:127\.)/i.test(address);

/** Requires that none of the name servers that CoreDNS gets from the node is an address of the node's own loopback interface. */
export const nameServersReachable: Requirement = {
  reads: { files: [...KUBELET_FILES, ...PATHS.map(request)] },
  now({ facts }) {
    const path = resolverFile(facts) ?? '/etc/resolv.conf';
    const servers = nameServers(facts, path);
    const expected = 'no loopback address';
    if (servers === undefined) {
      return unknown(expected, `${excerpt(path)} was not read`);
    }
    const actual = excerpt(servers.map(({ address }) => address).join(', '));
    const loopback = servers.find(isLoopback);
    if (!loopback) return passes(expected, actual, `${path} names ${actual || 'no server'}`);
    const uplink = path === UPLINK ? undefined : nameServers(facts, UPLINK)?.some((server) => !isLoopback(server));
    return {
      now: { verdict: 'fail', expected, actual, cause: 'value', source: { file: path, line: loopback.line } },
      message: `${path} names ${excerpt(loopback.address)}, which in a pod is the pod itself`,
      remedy: [
        uplink
          ? `Set resolvConf: ${UPLINK} in the kubelet's configuration, restart the kubelet, then the pods of CoreDNS`
          : "Set resolvConf in the kubelet's configuration to a file that names servers which pods can reach, restart the kubelet, then the pods of CoreDNS",
      ],
    };
  },
  explain: {
    now: [
      "Read: `resolvConf` in the kubelet's configuration file (`/etc/resolv.conf` where it does not say), and the lines `nameserver` of that file.",
    ],
    boot: ['Not judged: the file is written again at each boot.'],
    causes: [
      {
        cause: 'value',
        helps: "in the kubelet's configuration, set `resolvConf` to a file with servers that pods can reach",
      },
    ],
  },
};
