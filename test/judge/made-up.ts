import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { judgeRule } from '../../src/judge/evaluate.ts';
import { nodeContext } from '../../src/judge/node-context.ts';
import { requestOf } from '../../src/judge/request.ts';
import { type Requirement, type Rule, required } from '../../src/judge/rule.ts';
import { askedOnly } from '../rules/asked-only.ts';
import { flannel } from '../rules/facts.ts';
import { worded } from '../support/worded.ts';

/** A rule that nobody has released, required everywhere, of any requirement. */
export function madeUp(requires: Requirement, parts: Partial<Rule> = {}): Rule {
  return {
    id: 'made-up',
    aliases: ['made.up'],
    title: 'Somebody made it up',
    applies: () => required('of the test'),
    requires,
    explain: { when: 'always', meaning: [], needed: [], sources: { issues: [], references: [{ title: 'a test' }] } },
    ...parts,
  };
}

/** What a requirement makes of a node that was asked for what it reads, its remedy as text. */
export function findingOf(requires: Requirement, facts: NodeFacts, profile: ClusterProfile = flannel) {
  const rule = madeUp(requires);
  return worded(judgeRule(rule, nodeContext(askedOnly(facts, requestOf([rule])), profile)).finding);
}
