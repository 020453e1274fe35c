import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { BootJudgement, Finding, Rule } from '../rules/rule.ts';
import { atLeastAsBad, compose } from './verdict.ts';

/**
 * Judges one node by the given rules: one finding per rule, in their order, those that do not concern the node included
 * (verdict skip, the reason as message).
 * @param nowUnjudged why the running kernel is not this node's (an image under construction): then only the boot is judged
 */
export function evaluateNode(
  profile: ClusterProfile,
  facts: NodeFacts,
  rules: readonly Rule[],
  nowUnjudged?: string,
): Finding[] {
  const judged = new Map(rules.map((rule) => [rule.id, judge(rule, profile, facts)]));
  if (nowUnjudged !== undefined) return [...judged.values()].map((own) => bootAlone(own, nowUnjudged));
  return rules.flatMap((rule) => {
    const own = judged.get(rule.id);
    const dependency = rule.dependsOn === undefined ? undefined : judged.get(rule.dependsOn)?.finding;
    if (!own) return [];
    return [
      dependency && hides(dependency, own.finding) ? bootAlone(own, `waits for ${dependency.rule}`) : own.finding,
    ];
  });
}

/** A finding, and what it is about after the next boot; a rule that does not concern the node judges no boot. */
interface Judged {
  finding: Finding;
  next?: BootJudgement;
}

function judge(rule: Rule, profile: ClusterProfile, facts: NodeFacts): Judged {
  const applicability = rule.applies(profile, facts);
  const evaluation = rule.evaluate(facts, profile);
  const { now, module } = evaluation;
  const identity = { rule: rule.id, title: rule.title };
  if ('skip' in applicability) {
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
  const next = rule.atBoot(facts, profile);
  const { boot, reapply } = next;
  const verdict = compose(severity, now.verdict, boot.verdict);
  const atFault = now.verdict === 'fail' || now.verdict === 'unknown';
  // A person mends one thing at a time: the running kernel first, and its remedy covers the next boot too.
  const told = atFault || verdict === 'pass' ? evaluation : { ...evaluation, ...spoken(evaluation.message, next) };
  const why = [told.why, ...(atFault ? [because] : [])].filter((reason) => reason !== undefined);
  const finding: Finding = {
    ...identity,
    ...told,
    boot,
    ...(reapply && { reapply }),
    severity,
    verdict,
    ...(why.length > 0 && { why: why.join('; ') }),
  };
  return { finding, next };
}

/** What a finding says when only the next boot is at fault. */
function spoken(now: string, { message, why, remedy }: BootJudgement): Partial<Finding> {
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
function bootAlone({ finding, next }: Judged, message: string): Finding {
  if (!next) return finding;
  const { why: _why, ...rest } = finding;
  const verdict = compose(finding.severity, 'skip', next.boot.verdict);
  const lost = next.boot.verdict === 'fail' || next.boot.verdict === 'unknown';
  return {
    ...rest,
    now: { verdict: 'skip', expected: finding.now.expected, actual: finding.now.actual },
    // The boot alone cannot make a prerequisite pass that nobody could judge now.
    verdict: verdict === 'pass' ? 'skip' : verdict,
    message,
    remedy: [],
    ...(lost ? spoken(message, next) : {}),
  };
}
