import type { PatternReading } from '../facts/facts.ts';
import { readPattern, readSysctl } from '../facts/read.ts';
import { withoutAlternatives } from '../facts/request-keys.ts';
import { excerpt } from '../text/excerpt.ts';
import { isRight, orDefault, sourceOf } from './boot-result.ts';
import { type Comparator, numberIn } from './comparator.ts';
import type { NodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';
import { undetermined } from './reading.ts';
import { passes, unknownAtBoot } from './result.ts';
import type { BootResult, NowResult, Requirement } from './rule.ts';
import { explainBootValue } from './why-at-boot.ts';

export interface InterfaceOptions {
  /** Another sysctl that holds for all interfaces: the kernel goes by the greater of the two. */
  readonly maxWith?: string;
  /** What the kernel has before anybody writes it. */
  readonly kernelDefault: string;
  /** What the CNI writes to each interface that it makes: only lines that are applied after that make it another value. */
  readonly made?: string;
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
      now: [`Read: \`${pattern}\` of the existing interfaces${together}. It must be ${comparator.words}.`],
      boot: [
        `Simulated for an interface that appears after the boot: ${options.made === undefined ? 'what it takes from `conf.default`' : `the ${options.made} that the CNI writes to it`}, then the lines and patterns that systemd applies to each new interface.`,
      ],
      causes: [
        {
          cause: 'value',
          helps: 'set it on the interfaces that the report names, and remove the line that sets another value',
        },
        {
          cause: 'overridden',
          helps: 'a line or a pattern sets it on new interfaces at boot: remove the one that the report names',
        },
      ],
    },
  };
}

function judgeNow(pattern: string, comparator: Comparator, options: InterfaceOptions, node: NodeContext): NowResult {
  const { facts } = node;
  const expected = comparator.expected(node) ?? 'not known';
  const reading = readPattern(facts, pattern);
  if (reading.is !== 'values') return undetermined(pattern, reading, expected);
  if (reading.count === 0) {
    return passes(expected, 'no such interface', `no interface is called ${interfaceIn(pattern)}`);
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
  const fails = wrong.length > 0;
  if (!fails && odd) return undetermined(pattern, { is: 'value', value: odd.value }, expected);
  if (!fails && unread > 0) return undetermined(pattern, { is: 'unreadable' }, expected);
  const [shown] = fails ? wrong : right;
  const actual = excerpt(shown?.value ?? '');
  if (!fails) return passes(expected, actual, `${pattern} is ${actual} in effect`);
  const names = excerpt(wrong.flatMap(({ interfaces }) => interfaces).join(', '), 160);
  const count = wrong.reduce((sum, group) => sum + group.count, 0);
  const by = all && all.value.trim() === shown?.value ? ` (${options.maxWith} is ${shown.value})` : '';
  return {
    now: { verdict: 'fail', expected, actual, cause: 'value' },
    message: `${leafOf(pattern)} is ${actual} in effect on ${count} of ${reading.count} interfaces: ${names}${by}`,
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
  const common =
    options.maxWith === undefined ? [] : [options.maxWith].map((key) => ({ key, value: node.boot.sysctl(key) }));
  // Of an interface and what holds for all of them the kernel goes by the greater one: that one decides.
  const judged = exampleKeys(pattern).map((key) => {
    const both = [{ key, value: node.boot.lateSysctl(key, options.made) }, ...common].map((one) => {
      const value = orDefault(one.value, options.kernelDefault);
      return { key: one.key, value, text: value.is === 'value' ? value.value : undefined };
    });
    const decides =
      both.find(({ text }) => text === undefined) ?? both.reduce((a, b) => (isGreater(b.text, a.text) ? b : a));
    return { ...decides, holds: decides.text === undefined ? undefined : comparator.holds(decides.text, node) };
  });
  const wrong = judged.find(({ holds }) => holds === false);
  const unknown = judged.find(({ text }) => text === undefined);
  if (!wrong && unknown) {
    const why = unknown.value.is === 'unknown' ? unknown.value.because : `${unknown.key} will not exist`;
    return unknownAtBoot(expected, `${leafOf(pattern)} of new interfaces after a reboot is not known`, why);
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
    why: explainBootValue(wrong.key, wrong.value, node.facts, isRight(comparator, node)),
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
