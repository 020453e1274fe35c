import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { NotAsked } from '../facts/read.ts';
import { render } from '../systems/render.ts';
import type { Advice } from '../text/advice.ts';
import type { Finding } from './finding.ts';
import { type NodeContext, nodeContext } from './node-context.ts';
import { unknownState } from './result.ts';
import type { BootResult, Rule } from './rule.ts';
import { atLeastAsBad, compose } from './verdict.ts';

/**
 * Judges one node by the given rules: one finding per rule, in their order, those that do not concern the node included
 * (verdict skip, the reason as message).
 */
export function evaluateNode(profile: ClusterProfile, facts: NodeFacts, rules: readonly Rule[]): Finding[] {
  const node = nodeContext(facts, profile);
  const results = new Map(rules.map((rule) => [rule.id, judgeOrUnknown(rule, node)]));
  return rules.flatMap((rule) => {
    const own = results.get(rule.id);
    const dependency = rule.dependsOn === undefined ? undefined : results.get(rule.dependsOn)?.finding;
    if (!own) return [];
    return [
      dependency && hides(dependency, own.finding) ? bootAlone(own, `waits for ${dependency.rule}`) : own.finding,
    ];
  });
}

/** Judges an image as evaluateNode does a node. It has no running kernel, so that its boot alone makes it pass or fail. */
export function evaluateImage(profile: ClusterProfile, facts: NodeFacts, rules: readonly Rule[]): Finding[] {
  const node = nodeContext(facts, profile);
  const kernel = facts.kernel.installed?.length === 0 ? render([{ do: 'install-kernel' }], node.system, facts.os) : [];
  return rules.map((rule) => {
    const { finding, next } = judgeOrUnknown(rule, node);
    if (finding.verdict === 'skip') return finding;
    const { now, severity, why: _why, module: _module, ...rest } = finding;
    const verdict = compose(severity, 'skip', next?.boot.verdict);
    const { message = rule.title, why, remedy } = next ?? { message: 'an image has no running kernel', remedy: [] };
    return {
      ...rest,
      severity,
      verdict,
      now: { verdict: 'skip', expected: now.expected, actual: null },
      // Requirements speak of nodes, which have booted before.
      message: message.replace(/\bafter a reboot\b/, 'at the first boot'),
      ...(why !== undefined && { why }),
      remedy: next?.boot.verdict === 'unknown' && remedy.length === 0 ? kernel : remedy,
    };
  });
}

/** A finding, and what it is about after the next boot; a rule that does not concern the node judges no boot. */
export interface RuleResult {
  finding: Finding;
  next?: BootText;
}

/** A boot's result with its remedy in words. */
type BootText = Pick<BootResult, 'boot' | 'message' | 'why'> & { remedy: Advice[] };

/** A rule that reads what it did not ask for has an error; the node is not to suffer from it. */
function judgeOrUnknown(rule: Rule, node: NodeContext): RuleResult {
  try {
    return judgeRule(rule, node);
  } catch (error) {
    if (!(error instanceof NotAsked)) throw error;
    const finding: Finding = {
      rule: rule.id,
      title: rule.title,
      severity: 'required',
      verdict: 'unknown',
      now: unknownState('not known'),
      message: error.message,
      why: 'this is an error in netprereq: please report it',
      remedy: [],
    };
    return { finding };
  }
}

/**
 * Judges one node by one rule.
 * @throws NotAsked when the rule reads a fact that its request does not name
 */
export function judgeRule(rule: Rule, node: NodeContext): RuleResult {
  const { facts, profile, system } = node;
  const { requires } = rule;
  const applicability = rule.applies(profile, facts);
  const { remedy, ...result } = requires.now(node);
  const identity = { rule: rule.id, title: rule.title };
  if ('skip' in applicability) {
    const { now, module } = result;
    const finding: Finding = {
      ...identity,
      severity: 'info',
      verdict: 'skip',
      now: { verdict: 'skip', expected: now.expected, actual: now.actual },
      ...(module && { module }),
      message: applicability.skip,
      remedy: [],
    };
    return { finding };
  }
  const { severity, because } = applicability;
  const next = requires.atBoot?.(node);
  const { now } = result;
  const verdict = compose(severity, now.verdict, next?.boot.verdict);
  const atFault = now.verdict === 'fail' || now.verdict === 'unknown';
  const nextText = next && { ...next, remedy: render(next.remedy, system, facts.os) };
  // A person fixes one thing at a time: the running kernel first, and its remedy covers the next boot too.
  const reported =
    atFault || verdict === 'pass' || !nextText
      ? { ...result, remedy: render(remedy, system, facts.os) }
      : { ...result, remedy: [], ...bootOnlyMessage(result.message, nextText) };
  const unclear = atFault && next?.boot.verdict === 'unknown' && next.why !== undefined && next.why !== reported.why;
  const why = [
    reported.why,
    ...(atFault ? [because] : []),
    ...(unclear ? [`the state after a reboot is unknown: ${next.why}`] : []),
  ].filter((reason) => reason !== undefined);
  const finding: Finding = {
    ...identity,
    ...(rule.policy !== undefined && { policy: rule.policy }),
    ...reported,
    ...(next && { boot: next.boot }),
    ...(next?.reapply && { reapply: next.reapply }),
    severity,
    verdict,
    ...(why.length > 0 && { why: why.join('; ') }),
  };
  return { finding, ...(nextText && { next: nextText }) };
}

/** What a finding says when only the next boot is at fault. */
function bootOnlyMessage(now: string, { message, why, remedy }: BootText): Partial<Finding> {
  return { message: message ? `${message} (now: ${now})` : now, ...(why !== undefined && { why }), remedy };
}

/**
 * Whether a finding only repeats what its dependency already says. It does so only when the dependency weighs at least as
 * much: otherwise, or when the dependency is not among the chosen rules, waiting for it would let a failure pass.
 */
function hides(dependency: Finding, finding: Finding): boolean {
  const unmet = dependency.now.verdict === 'fail' || dependency.now.verdict === 'unknown';
  return unmet && finding.verdict !== 'skip' && atLeastAsBad(dependency.verdict, finding.verdict);
}

/** A finding without its state now, which nobody could judge; its boot can be, and is what it then speaks of. */
function bootAlone({ finding, next }: RuleResult, message: string): Finding {
  if (finding.verdict === 'skip') return finding;
  const { why: _why, ...rest } = finding;
  const verdict = compose(finding.severity, 'skip', next?.boot.verdict);
  const lost = next && (next.boot.verdict === 'fail' || next.boot.verdict === 'unknown');
  return {
    ...rest,
    now: { verdict: 'skip', expected: finding.now.expected, actual: finding.now.actual },
    // The boot alone cannot make a prerequisite pass that nobody could judge now.
    verdict: verdict === 'pass' ? 'skip' : verdict,
    message,
    remedy: [],
    ...(lost ? bootOnlyMessage(message, next) : {}),
  };
}
