import { carrierOf } from '../boot/known-modules.ts';
import type { ModuleBoot } from '../boot/module-boot.ts';
import { wordWithoutIpv6 } from '../boot/sysctl-obstacle.ts';
import type { BootValue } from '../boot/sysctl-value.ts';
import { withoutVolatileFiles } from '../boot/volatile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Action } from '../systems/action.ts';
import { excerpt } from '../text/excerpt.ts';
import { listed } from '../text/listed.ts';
import type { Comparator } from './comparator.ts';
import type { State } from './finding.ts';
import { type NodeContext, nodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';
import { keepModule, keepSysctl } from './remedy.ts';
import { unknownAtBoot, unknownState } from './result.ts';
import type { BootResult } from './rule.ts';
import { sourceAt } from './source.ts';
import { explainBootValue } from './why-at-boot.ts';

/** Whether a module will be active after the next boot. @param onDemand it is enough that something can load it */
export function moduleAtBoot(name: string, node: NodeContext, onDemand = false): BootResult {
  const module = carrierOf(name, node.facts);
  const judge = (each: NodeContext) => judgeModule(module, each, onDemand);
  return judgeWithVolatileFiles(node, judge, unknownModule(module), [{ do: 'keep-module', module }]);
}

/**
 * Which value a sysctl will have after the next boot, and whether that is right.
 * @param kernelDefault what the kernel has before anybody writes it; absent: a boot in which nothing does is unknown
 */
export function sysctlAtBoot(
  key: string,
  comparator: Comparator,
  node: NodeContext,
  kernelDefault?: string,
): BootResult {
  const keep: Action[] = comparator.to === undefined ? [] : [{ do: 'keep-sysctl', key, to: comparator.to }];
  return judgeWithVolatileFiles(
    node,
    (each) => judgeSysctl(key, comparator, each, kernelDefault),
    unknownSysctl(key, comparator),
    keep,
  );
}

const unknownModule = (name: string) => `whether ${name} will be loaded after a reboot is not known`;
const unknownSysctl = (key: string, { to }: Comparator) =>
  to === '1' ? `whether ${key} is on after a reboot is not known` : `the value of ${key} after a reboot is not known`;

/**
 * Judges a boot whose files may not all be there: where it does not come to the same without those that the boot throws away, nobody
 * can tell.
 */
function judgeWithVolatileFiles(
  node: NodeContext,
  judge: (node: NodeContext) => BootResult,
  message: string,
  keep: readonly Action[],
): BootResult {
  const rest = node.system.id === 'ephemeral' ? withoutVolatileFiles(node.facts, true) : node.facts;
  if (rest === node.facts) return judge(node);
  const [found, without] = [judge(node), judge(nodeContext(rest, node.profile))];
  if (found.boot.verdict === without.boot.verdict && found.boot.actual === without.boot.actual) return without;
  const why = '/etc is new at each boot of this system, and what will be in it then is not known';
  return unknownAtBoot(found.boot.expected, message, why, keep);
}

function judgeModule(name: string, node: NodeContext, onDemand: boolean): BootResult {
  const { boot, facts } = node;
  const result = onDemand ? boot.moduleOnDemand(name) : boot.module(name);
  const { present, because } = result;
  const source = moduleSource(result);
  const expected = 'present';
  const state = { expected, ...(source && { source }) };
  if (present === 'unknown' && facts.container) return ofOuterHost(expected);
  if (present === 'unknown') {
    return {
      boot: { ...state, verdict: 'unknown', actual: null, cause: 'undetermined' },
      message: unknownModule(name),
      why: leftOut(facts) ?? because,
      remedy: [],
    };
  }
  if (present !== 'never') return { boot: { ...state, verdict: 'pass', actual: expected }, remedy: [] };
  const { obstacles, ownLine } = boot.blockersOfModule(name);
  const obstacle = removeObstacles(obstacles, facts);
  return {
    boot: { ...state, verdict: 'fail', actual: 'absent', cause: result.stoppedBy ? 'deny-listed' : 'not-loaded' },
    message: `${name} will not be loaded after a reboot`,
    why: because,
    obstacle,
    remedy: [...obstacle, ...keepModule(name, node, ownLine)],
  };
}

/** What the machine decides that a node's container runs on: nobody can judge it here, and nobody need be warned of it. */
export function ofOuterHost(expected: string): BootResult {
  return { boot: { verdict: 'skip', expected, actual: null, cause: 'container-node' }, remedy: [] };
}

function moduleSource({ source, stoppedBy }: ModuleBoot): State['source'] {
  const origin = stoppedBy ?? source;
  if (!origin || 'unit' in origin) return undefined;
  return 'agent' in origin ? origin : sourceAt(origin);
}

function judgeSysctl(
  key: string,
  comparator: Comparator,
  node: NodeContext,
  kernelDefault: string | undefined,
): BootResult {
  const { facts, boot: nextBoot } = node;
  const value = orDefault(nextBoot.sysctl(key), kernelDefault);
  const boot = sysctlState(value, comparator, node);
  // What no file sets the container begins with as its engine, or the outer host, has it.
  const begins = value.is !== 'value' || 'kernelDefault' in value.source;
  if (facts.container && begins && boot.verdict !== 'pass') return ofOuterHost(boot.expected);
  const also = reapplied(key, comparator, boot, node);
  if (boot.verdict === 'pass') return { boot, ...also, remedy: [] };
  if (value.is === 'unknown' || boot.verdict === 'unknown') {
    const because = whyUnknown(value);
    // A line decides what nobody knows, but no line of ours helps against what was not read.
    const helps = value.is === 'unset' && leftOut(facts) === undefined && comparator.to !== undefined;
    const remedy = helps ? keepSysctl(key, comparator.to, node, true) : [];
    return { ...sysctlUnknown(key, comparator, because, boot, facts), ...also, remedy };
  }
  const right = isRight(comparator, node);
  const { obstacles, ownLine } = nextBoot.blockersOfSysctl(key, right, comparator.to);
  const source = wordWithoutIpv6(key, facts) === undefined ? undefined : { file: '/proc/cmdline' };
  const obstacle = removeObstacles(obstacles, facts);
  return {
    boot: value.is === 'absent' && source ? { ...boot, source } : boot,
    ...also,
    message: `${key} will be ${boot.actual} after a reboot`,
    why: explainBootValue(key, value, facts, right),
    obstacle,
    remedy: [...obstacle, ...(comparator.to === undefined ? [] : keepSysctl(key, comparator.to, node, ownLine))],
  };
}

/** What nothing sets is as the kernel has it, where that is known. */
export function orDefault(value: BootValue, kernelDefault: string | undefined): BootValue {
  if (value.is !== 'unset' || kernelDefault === undefined) return value;
  return { is: 'value', value: kernelDefault, source: { kernelDefault: true }, others: value.others };
}

function whyUnknown(value: BootValue): string {
  if (value.is === 'unknown') return value.because;
  return value.is === 'value'
    ? `${excerpt(value.value)} cannot be compared`
    : "no line sets it, and the kernel's own default is not known";
}

/** What is said of a sysctl of which the boot is not known. */
export function sysctlUnknown(
  key: string,
  comparator: Comparator,
  because: string,
  boot: State,
  facts: NodeFacts,
): BootResult {
  return { boot, message: unknownSysctl(key, comparator), why: leftOut(facts) ?? because, remedy: [] };
}

/** What `sysctl --system` would make of a sysctl that exists, where that is not what the boot makes of it. */
function reapplied(key: string, comparator: Comparator, boot: State, node: NodeContext): { reapply?: State } {
  const value = node.boot.reapply(key);
  const reapply = sysctlState(value, comparator, node);
  return value.is === 'absent' || reapply.actual === boot.actual ? {} : { reapply };
}

/** A sysctl as a simulation leaves it, compared. */
export function sysctlState(value: BootValue, comparator: Comparator, node: NodeContext): State {
  const expected = comparator.expected(node) ?? 'not known';
  if (value.is === 'absent') return { verdict: 'fail', expected, actual: 'absent', cause: 'undetermined' };
  const holds = value.is === 'value' ? comparator.holds(value.value, node) : undefined;
  if (value.is !== 'value' || holds === undefined) {
    return unknownState(expected);
  }
  const source = sourceOf(value);
  const state = { expected, actual: excerpt(value.value), ...(source && { source }) };
  if (holds) return { ...state, verdict: 'pass' };
  return { ...state, verdict: 'fail', cause: source ? 'overridden' : 'unset' };
}

/** What gave a sysctl its value; undefined: nothing did. */
export function sourceOf(value: BootValue): State['source'] {
  if (value.is !== 'value') return undefined;
  const { source } = value;
  if ('file' in source) return { file: source.file, line: source.line };
  if ('agent' in source) return { agent: source.agent };
  return 'commandLine' in source ? { file: '/proc/cmdline' } : undefined;
}

/** The comparator as a plain yes or no: what cannot be compared is not right. */
export function isRight(comparator: Comparator, node: NodeContext): (value: string) => boolean {
  return (value) => comparator.holds(value, node) === true;
}

/** What an answer of a node had no room for, if anything of its boot: then that is the reason, whatever else is missing. */
function leftOut({ dropped }: NodeFacts): string | undefined {
  const names = dropped.filter((name) => name.startsWith('boot')).map((name) => name.replace(/^boot\./, ''));
  return names.length > 0
    ? `the node's answer was truncated: ${listed(names)} ${names.length === 1 ? 'is' : 'are'} missing`
    : undefined;
}
