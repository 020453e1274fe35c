import type { NodeFacts } from '../facts/facts.ts';
import { demandAsked, readSysctl } from '../facts/read.ts';
import { allOf } from './all-of.ts';
import { is, isOn } from './comparator.ts';
import type { NodeContext } from './node-context.ts';
import { passes, unknown, unknownAtBoot } from './result.ts';
import type { Requirement } from './rule.ts';
import { sysctl } from './sysctl.ts';
import { sysctlAtBootText } from './sysctl-texts.ts';

const FORWARDING = 'net.ipv6.conf.all.forwarding';
const EXPECTED = '2';

/** The sysctl that decides whether a link's default route stays; in a link's name a slash stands for a dot. */
export const acceptRaOf = (link: string) => `net.ipv6.conf.${link.replaceAll('.', '/')}.accept_ra`;

/**
 * The links with an IPv6 default route that the kernel took from a router advertisement; undefined: not read.
 * @throws NotAsked
 */
export function advertisedLinks(facts: NodeFacts): readonly string[] | undefined {
  demandAsked(facts, 'routes');
  return facts.advertisedRoutes;
}

/** Links whose default route comes from a router must keep it while the node forwards IPv6: accept_ra must be 2. */
export const keepsAdvertisedRoutes: Requirement = {
  reads: { sysctls: [FORWARDING], kinds: ['routes'] },
  now(node) {
    const each = ofLinks(node);
    if (each === undefined)
      return unknown(EXPECTED, 'the IPv6 default routes, or accept_ra of their links, were not read');
    const forwarding = readSysctl(node.facts, FORWARDING);
    const off = forwarding.is === 'absent' || (forwarding.is === 'value' && isOn(forwarding.value) === false);
    if (!off && each !== 'no link') return each.now(node);
    return passes(EXPECTED, NOT_NEEDED, off ? `${FORWARDING} is off` : 'no such link');
  },
  atBoot(node) {
    const each = ofLinks(node);
    const later = node.boot.sysctl(FORWARDING);
    const on = later.is === 'value' ? isOn(later.value) : later.is === 'unknown' ? undefined : false;
    if (on === false || each === 'no link')
      return { boot: { verdict: 'pass', expected: EXPECTED, actual: NOT_NEEDED }, remedy: [] };
    const result = each?.atBoot?.(node);
    const unset = result?.boot.cause === 'unset' || result?.boot.source === undefined;
    // Whoever set it without a sysctl file, such as ifupdown's accept_ra, will do so again.
    const elsewhere = each?.now(node).now.verdict === 'pass' && unset;
    if (result && (result.boot.verdict !== 'fail' || (on && !elsewhere))) return result;
    return unknownAtBoot(
      EXPECTED,
      'accept_ra after a reboot is not known',
      elsewhere ? 'it is 2 now, and no sysctl file sets it' : 'whether the node will forward IPv6 is not known',
    );
  },
  explain: {
    now: [
      "Read: the routes of the node's network namespace, `net.ipv6.conf.all.forwarding`, and `accept_ra` of each link with a default route that the kernel marks as one from a router. " +
        'It passes with 2, and while the node does not forward. A route that systemd-networkd or NetworkManager has set has no such mark.',
    ],
    boot: sysctlAtBootText(
      'If it is 2 now and no sysctl file sets it, something else sets it: its value after a reboot is unknown.',
    ),
    causes: [
      { cause: 'value', helps: 'set it to 2 on the links that the report names' },
      { cause: 'unset', helps: 'nothing sets it at boot: add a line in `/etc/sysctl.d/99-zz-netprereq.conf`' },
      { cause: 'overridden', helps: 'another line decides at boot: remove the one that the report names' },
    ],
  },
};

/** What is required of the links that there are; undefined: not known. */
function ofLinks({ facts }: NodeContext): Requirement | 'no link' | undefined {
  const [first, ...others] = (advertisedLinks(facts) ?? []).map((link) =>
    sysctl(acceptRaOf(link), is(2), { kernelDefault: '1' }),
  );
  if (advertisedLinks(facts) === undefined) return undefined;
  if (first === undefined) return 'no link';
  // It is read along with the routes, and asked for by no name.
  const read = advertisedLinks(facts)?.every((link) => facts.sysctls[acceptRaOf(link)]?.is === 'value');
  return read ? allOf([first, ...others], {}) : undefined;
}

const NOT_NEEDED = 'not needed';
