import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../collect/facts.ts';
import type { Finding, Rule } from './rule.ts';
import { atLeastAsBad, compose } from './verdict.ts';

/**
 * Judges one node by the given rules: one finding per rule, in their order, those that do not concern the node included
 * (verdict skip, the reason as message).
 */
export function evaluateNode(profile: ClusterProfile, facts: NodeFacts, rules: readonly Rule[]): Finding[] {
  const findings = new Map(rules.map((rule) => [rule.id, judge(rule, profile, facts)]));
  return rules.flatMap((rule) => {
    const finding = findings.get(rule.id);
    const dependency = rule.dependsOn === undefined ? undefined : findings.get(rule.dependsOn);
    if (!finding) return [];
    return [dependency && hides(dependency, finding) ? waiting(finding, dependency) : finding];
  });
}

function judge(rule: Rule, profile: ClusterProfile, facts: NodeFacts): Finding {
  const applicability = rule.applies(profile, facts);
  const evaluation = rule.evaluate(facts, profile);
  const { now, boot, module } = evaluation;
  const identity = { rule: rule.id, title: rule.title };
  if ('skip' in applicability) {
    return {
      ...identity,
      severity: 'info',
      verdict: 'skip',
      now: { verdict: 'skip', expected: now.expected, actual: now.actual },
      ...(module && { module }),
      message: applicability.skip,
      remedy: [],
    };
  }
  const { severity, because } = applicability;
  const verdict = compose(severity, now.verdict, boot?.verdict);
  const why = [evaluation.why];
  if (now.verdict === 'fail' || now.verdict === 'unknown') why.push(because);
  const reasons = why.filter((reason) => reason !== undefined);
  return {
    ...identity,
    ...evaluation,
    severity,
    verdict,
    ...(reasons.length > 0 && { why: reasons.join('; ') }),
  };
}

/**
 * Whether a finding only repeats what its dependency already says. It does so only when the dependency weighs at least as
 * much: otherwise, or when the dependency is not among the chosen rules, waiting for it would let a failure pass.
 */
function hides(dependency: Finding, finding: Finding): boolean {
  const unmet = dependency.now.verdict === 'fail' || dependency.now.verdict === 'unknown';
  return unmet && finding.verdict !== 'skip' && atLeastAsBad(dependency.verdict, finding.verdict);
}

function waiting(finding: Finding, dependency: Finding): Finding {
  const { why: _why, ...rest } = finding;
  const verdict = compose(finding.severity, 'skip', finding.boot?.verdict);
  return {
    ...rest,
    now: { verdict: 'skip', expected: finding.now.expected, actual: finding.now.actual },
    // The boot alone cannot make a prerequisite pass that nobody could judge now.
    verdict: verdict === 'pass' ? 'skip' : verdict,
    message: `waits for ${dependency.rule}`,
    remedy: [],
  };
}
