import type { BootValue } from '../boot/sysctl-value.ts';
import type { PatternReading } from '../facts/facts.ts';
import { readPattern, readSysctl } from '../facts/read.ts';
import { withoutAlternatives } from '../facts/request-keys.ts';
import { excerpt } from '../text/excerpt.ts';
import { sourceOf } from './boot-result.ts';
import { type Comparator, numberIn } from './comparator.ts';
import type { NodeContext } from './node-context.ts';
import { NotAsked } from './not-asked.ts';
import { removeObstacles } from './obstacle-actions.ts';
import { undetermined } from './reading.ts';
import type { BootResult, NowResult, Requirement } from './rule.ts';
import { explainBootValue } from './why-at-boot.ts';

export interface InterfaceOptions {
  /** Another sysctl that holds for all interfaces: the kernel goes by the greater of the two. */
  readonly maxWith?: string;
  /** 'every' by default: each interface must compare well; 'any': one is enough. */
  readonly which?: 'every' | 'any';
  /** What the kernel has before anybody writes it. */
  readonly kernelDefault: string;
}

/**
 * A sysctl of interfaces that must compare well: of those that there are, and after a boot of those that appear later, as a CNI's do.
 * @param pattern a key whose interface is a shell pattern: net.ipv4.conf.{lxc*,cilium_*}.rp_filter
 */
export function interfaceSysctl(pattern: string, comparator: Comparator, options: InterfaceOptions): Requirement {
  const { maxWith } = options;
  const together = maxWith === undefined ? '' : `, together with \`${maxWith}\`: the greater of the two counts`;
  return {
    reads: { sysctls: [pattern, ...(maxWith === undefined ? [] : [maxWith]), ...(comparator.reads ?? [])] },
    now: (node) => judgeNow(pattern, comparator, options, node),
    atBoot: (node) => judgeBoot(pattern, comparator, options, node),
    explain: {
      now: [`Read: \`${pattern}\` of the interfaces that there are${together}. It must be ${comparator.words}.`],
      boot: [
        'Simulated for an interface that appears after the boot: what it takes from `conf.default`, then the lines and patterns that systemd applies to each new interface.',
      ],
      causes: [
        {
          cause: 'value',
          helps: 'setting it on the interfaces that are named, and removing the line that sets it otherwise',
        },
        { cause: 'overridden', helps: 'at boot a line or a pattern sets it on new interfaces: the finding names it' },
      ],
    },
  };
}

function judgeNow(pattern: string, comparator: Comparator, options: InterfaceOptions, node: NodeContext): NowResult {
  const { facts } = node;
  const expected = comparator.expected(node) ?? 'not known';
  const reading = readPattern(facts, pattern);
  if (reading.is === 'not-asked') throw new NotAsked(pattern);
  if (reading.is !== 'values') return undetermined(pattern, reading, expected);
  if (reading.count === 0) {
    return {
      now: { verdict: 'pass', expected, actual: 'no such interface' },
      message: `no interface is called ${interfaceIn(pattern)}`,
      remedy: [],
    };
  }
  const all = options.maxWith === undefined ? undefined : readSysctl(facts, options.maxWith);
  if (all && all.is !== 'value') return undetermined(options.maxWith ?? '', all, expected);
  const groups = effective(reading, all?.value).map((group) => ({
    ...group,
    holds: comparator.holds(group.value, node),
  }));
  const wrong = groups.filter(({ holds }) => holds === false);
  const right = groups.filter(({ holds }) => holds === true);
  const [odd] = groups.filter(({ holds }) => holds === undefined);
  const unread = reading.rest + reading.unreadable;
  const any = options.which === 'any';
  const fails = any ? right.length === 0 && unread === 0 && !odd : wrong.length > 0;
  const passes = any ? right.length > 0 : wrong.length === 0 && unread === 0 && !odd;
  if (!fails && !passes) {
    return odd
      ? undetermined(pattern, { is: 'value', value: odd.value }, expected)
      : undetermined(pattern, { is: 'unreadable' }, expected);
  }
  const [shown] = fails ? wrong : right;
  const state = { expected, actual: excerpt(shown?.value ?? '') };
  if (passes) {
    return { now: { ...state, verdict: 'pass' }, message: `${pattern} is ${state.actual} in effect`, remedy: [] };
  }
  const names = excerpt(wrong.flatMap(({ interfaces }) => interfaces).join(', '), 160);
  const count = wrong.reduce((sum, group) => sum + group.count, 0);
  const by = all && all.value.trim() === shown?.value ? ` (${options.maxWith} is ${shown.value})` : '';
  return {
    now: { ...state, verdict: 'fail', cause: 'value' },
    message: `${leafOf(pattern)} is ${state.actual} in effect on ${count} of ${reading.count} interfaces: ${names}${by}`,
    remedy: [],
  };
}

/** Each group with the value that the kernel goes by. */
function effective({ values }: PatternReading & { is: 'values' }, all: string | undefined) {
  return values.map((group) => ({ ...group, value: greater(group.value, all) }));
}

function greater(value: string, all: string | undefined): string {
  const [own, common] = [numberIn(value), all === undefined ? undefined : numberIn(all)];
  return own !== undefined && common !== undefined && common > own ? String(common) : value.trim();
}

function judgeBoot(pattern: string, comparator: Comparator, options: InterfaceOptions, node: NodeContext): BootResult {
  const expected = comparator.expected(node) ?? 'not known';
  const textOf = (value: BootValue) =>
    value.is === 'value' ? value.value : value.is === 'unset' ? options.kernelDefault : undefined;
  const common =
    options.maxWith === undefined ? [] : [options.maxWith].map((key) => ({ key, value: node.boot.sysctl(key) }));
  // Of an interface and what holds for all of them the kernel goes by the greater one: that one decides.
  const judged = exampleKeys(pattern).map((key) => {
    const both = [{ key, value: node.boot.lateSysctl(key) }, ...common].map((one) => ({
      ...one,
      text: textOf(one.value),
    }));
    const decides =
      both.find(({ text }) => text === undefined) ?? both.reduce((a, b) => (isGreater(b.text, a.text) ? b : a));
    return { ...decides, holds: decides.text === undefined ? undefined : comparator.holds(decides.text, node) };
  });
  const wrong = judged.find(({ holds }) => holds === false);
  const unknown = judged.find(({ text }) => text === undefined);
  if (!wrong && unknown) {
    return {
      boot: { verdict: 'unknown', expected, actual: null, cause: 'undetermined' },
      message: `${leafOf(pattern)} of new interfaces after a reboot is not known`,
      why: unknown.value.is === 'unknown' ? unknown.value.because : `${unknown.key} will not exist`,
      remedy: [],
    };
  }
  if (!wrong)
    return { boot: { verdict: 'pass', expected, actual: judged[0]?.text ?? options.kernelDefault }, remedy: [] };
  const source = sourceOf(wrong.value);
  const { value } = wrong;
  const obstacle = value.is === 'value' && 'file' in value.source ? removeObstacles([value.source], node.facts) : [];
  return {
    boot: {
      verdict: 'fail',
      expected,
      actual: wrong.text ?? null,
      cause: source ? 'overridden' : 'unset',
      ...(source && { source }),
    },
    message: `${leafOf(pattern)} will be ${wrong.text} in effect on new interfaces after a reboot`,
    why: explainBootValue(wrong.key, wrong.value, node.facts, (text) => comparator.holds(text, node) === true),
    obstacle,
    remedy: obstacle,
  };
}

function isGreater(text: string | undefined, than: string | undefined): boolean {
  return (numberIn(text ?? '') ?? 0) > (numberIn(than ?? '') ?? 0);
}

/** One key for each alternative of the pattern, with a name that an interface of that kind could have. */
function exampleKeys(pattern: string): string[] {
  return withoutAlternatives(pattern).map((key) => key.replaceAll('*', '0'));
}

function interfaceIn(pattern: string): string {
  return /^net\.ipv[46]\.(?:conf|neigh)\.(.*)\.[^.]+$/.exec(pattern)?.[1] ?? pattern;
}

function leafOf(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('.') + 1);
}
