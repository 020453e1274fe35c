import {
  followsDefault,
  forwardingInterfaces,
  forwardingKey,
  NEW_FORWARDING_KEY,
  SOME_INTERFACE,
} from '../boot/forwarding-interfaces.ts';
import { podBridges } from '../boot/pod-bridges.ts';
import type { BootValue } from '../boot/sysctl-value.ts';
import { isPodLink } from '../cnis/lookup.ts';
import { place } from '../facts/origin.ts';
import { demandAsked } from '../facts/read.ts';
import type { Action } from '../systems/action.ts';
import { excerpt } from '../text/excerpt.ts';
import { isRight, sourceOf } from './boot-result.ts';
import { isOn, on } from './comparator.ts';
import type { NodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';
import { setSysctl } from './remedy.ts';
import { unknownState } from './result.ts';
import type { BootResult, NowResult } from './rule.ts';
import { explainBootValue } from './why-at-boot.ts';

/**
 * An IPv4 packet is forwarded only if the interface forwards on which it comes in. net.ipv4.ip_forward sets all of them, but only when it
 * changes, and an interface that comes later takes conf.default. Of IPv6 conf.all alone decides.
 */
export const FORWARDING_READS = { sysctls: [NEW_FORWARDING_KEY], kinds: ['forwarding', 'bridges'] } as const;

/** What the interfaces of a node lack that has net.ipv4.ip_forward on; undefined: nothing that is known. */
export function interfacesNow(node: NodeContext): NowResult | undefined {
  const { facts, profile } = node;
  demandAsked(facts, ...FORWARDING_READS.kinds);
  const { idleInterfaces: idle = [], uplinks = [] } = facts;
  const bridges = (podBridges(facts, profile) ?? []).map(({ name }) => name);
  const stuck = idle.filter((name) => bridges.includes(name) || uplinks.includes(name) || isPodLink(name, profile.cni));
  const [first] = stuck;
  if (first !== undefined) {
    const role = uplinks.includes(first) ? 'has the default route' : "carries pods' packets";
    return failure(
      `net.ipv4.ip_forward is 1, but ${excerpt(stuck.join(', '), 160)} ${stuck.length > 1 ? 'do' : 'does'} not forward`,
      `forwarding of ${excerpt(first)} itself is 0, and it ${role}`,
      stuck.slice(0, 4).map(forwardingKey),
      node,
    );
  }
  const reading = facts.sysctls[NEW_FORWARDING_KEY];
  const takenByPods = bridges.length === 0 && followsDefault(profile.cni);
  if (!takenByPods || reading?.is !== 'value' || isOn(reading.value) !== false) return undefined;
  const why = `${NEW_FORWARDING_KEY} is 0, and new interfaces of pods take that value`;
  return failure('net.ipv4.ip_forward is 1, but new interfaces do not forward', why, [], node);
}

function failure(message: string, why: string, keys: readonly string[], node: NodeContext): NowResult {
  const decides = node.boot.sysctl(NEW_FORWARDING_KEY);
  // A line for one of these very interfaces would have it so again.
  const { boot, obstacle = [] } = interfacesAtBoot(node) ?? {};
  const source = boot?.source ?? (decides.is === 'value' && decides.value === '0' ? sourceOf(decides) : undefined);
  return {
    now: { verdict: 'fail', expected: '1', actual: '0', cause: 'value', ...(source && { source }) },
    message,
    why: source && 'file' in source ? `${why}; ${place(source)} sets it so at each boot` : why,
    remedy: [
      ...obstacle,
      ...keys.map((key) => ({ do: 'set-sysctl', key, to: '1' }) as const),
      ...setSysctl(NEW_FORWARDING_KEY, '1', isRight(on, node), node).filter((action) => !isAmong(action, obstacle)),
    ],
  };
}

/** What the interfaces lack after a boot that has net.ipv4.ip_forward on; undefined: nothing. */
export function interfacesAtBoot(node: NodeContext): BootResult | undefined {
  const { boot, facts, profile } = node;
  const { late, uplinks } = forwardingInterfaces(facts, profile);
  const judged = [
    ...late.map((name) => ({ name, value: boot.lateSysctl(forwardingKey(name || SOME_INTERFACE)) })),
    ...uplinks.map((name) => ({ name, value: boot.sysctl(forwardingKey(name)) })),
  ];
  const wrong =
    judged.find(({ value }) => value.is === 'value' && isOn(value.value) === false) ??
    judged.find(({ value }) => value.is === 'unknown');
  if (!wrong) return undefined;
  const shown = wrong.name === '' ? 'a new interface' : excerpt(wrong.name);
  return wrong.value.is === 'value'
    ? fails(forwardingKey(wrong.name || SOME_INTERFACE), shown, wrong.value, node)
    : {
        boot: unknownState('1'),
        message: `whether ${shown} forwards after a reboot is not known`,
        ...(wrong.value.is === 'unknown' && { why: wrong.value.because }),
        remedy: [],
      };
}

function fails(key: string, shown: string, value: BootValue & { is: 'value' }, node: NodeContext): BootResult {
  const source = sourceOf(value);
  const right = isRight(on, node);
  // A line for this very interface, or a pattern that has it, wins over what interfaces start with.
  const own = 'file' in value.source && value.path !== undefined && !value.path.includes('/default/');
  const { obstacles, ownLine } = node.boot.blockersOfSysctl(NEW_FORWARDING_KEY, right, '1');
  const obstacle = removeObstacles(own && 'file' in value.source ? [value.source] : obstacles, node.facts);
  return {
    boot: {
      verdict: 'fail',
      expected: '1',
      actual: '0',
      cause: source ? 'overridden' : 'unset',
      ...(source && { source }),
    },
    message: `${shown} will not forward after a reboot`,
    why: explainBootValue(key, value, node.facts, right),
    obstacle,
    remedy: [
      ...obstacle,
      ...(own || !ownLine ? [] : [{ do: 'keep-sysctl', key: NEW_FORWARDING_KEY, to: '1' } as const]),
    ],
  };
}

function isAmong(action: Action, actions: readonly Action[]): boolean {
  return actions.some((one) => JSON.stringify(one) === JSON.stringify(action));
}
