import { globMatches, isGlob } from '../boot/glob.ts';
import { readAsSystemd } from '../boot/sysctl-files.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { type Advice, run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { ownFiles } from './own-files.ts';
import type { Step } from './plan.ts';

const FORWARDING = 'net.ipv6.conf.all.forwarding';
// What goes into our file and through a shell on the node; the kernel allows a link nearly any name.
const PLAIN_NAME = /^(?!(?:all|default)$)\w[\w.@+-]{0,14}$/;

/** What has to come before IPv6 forwarding, or why forwarding must not be switched on. */
export type RouteSteps = { steps: Step[] } | { reason: string; remedy: Advice[] };

/**
 * A default route that came from a router advertisement goes as soon as forwarding is switched on, unless its link's accept_ra is 2,
 * and with it the way to the node.
 * @param steps the plan's steps
 * @returns steps that set accept_ra, to be applied before those
 */
export function keepAdvertisedRoutes(steps: readonly Step[], facts: NodeFacts): RouteSteps {
  const forwarding = steps.filter((step) => 'key' in step && step.key === FORWARDING);
  if (forwarding.length === 0) return { steps: [] };
  if (facts.advertisedRoutes === undefined) {
    return {
      reason:
        'IPv6 forwarding would remove a default route that came from a router advertisement, and the routes were not read',
      remedy: [run('ip -6 route show default'), run('awk \'$2=="00"\' /proc/net/ipv6_route')],
    };
  }
  const links = facts.advertisedRoutes.map((link) => keepRoute(link, forwarding, facts));
  return (
    links.find((link) => 'reason' in link) ?? { steps: links.flatMap((link) => ('steps' in link ? link.steps : [])) }
  );
}

function keepRoute(link: string, forwarding: readonly Step[], facts: NodeFacts): RouteSteps {
  const key = `net.ipv6.conf.${link.replaceAll('.', '/')}.accept_ra`;
  const reading = facts.sysctls[key];
  const value = reading?.is === 'value' ? reading.value.trim() : undefined;
  if (!PLAIN_NAME.test(link) || (value !== '1' && value !== '2')) {
    const is = value === undefined ? 'was not read' : `is ${excerpt(value)}`;
    return {
      reason: `IPv6 forwarding would remove the default route of ${excerpt(link)}, which came from a router advertisement, and its accept_ra ${is}`,
      remedy: [`Give ${excerpt(link)} a default route of its own, or set its accept_ra to 2; then run this again`],
    };
  }
  const why = `without it IPv6 forwarding removes the default route of ${link}, which came from a router advertisement`;
  const before = ownFiles(facts).sysctls.get(key) ?? 'absent';
  const keeps = forwarding.some((step) => step.do === 'keep-sysctl') && before !== '2' && !isKept(key, value, facts);
  const sets = value === '1' && forwarding.some((step) => step.do === 'set-sysctl');
  return {
    steps: [
      ...(keeps ? [{ do: 'keep-sysctl', key, before, after: '2', why } as const] : []),
      ...(sets ? [{ do: 'set-sysctl', key, before: value, after: '2', why } as const] : []),
    ],
  };
}

/** Whether a file of somebody else sets the 2 that the link has. */
function isKept(key: string, value: string, { boot }: NodeFacts): boolean {
  const path = swapDotsAndSlashes(key);
  const settings = readAsSystemd(boot.sysctl ?? []).steps.flatMap((step) => ('gap' in step ? [] : [step]));
  const exact = settings.findLast((setting) => setting.path === path);
  const decides = exact ?? settings.findLast((setting) => isGlob(setting.path) && globMatches(setting.path, path));
  return value === '2' && decides?.value === '2';
}
