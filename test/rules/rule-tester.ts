import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import { judgeRule } from '../../src/judge/evaluate.ts';
import type { Finding } from '../../src/judge/finding.ts';
import { nodeContext } from '../../src/judge/node-context.ts';
import { requestOf } from '../../src/judge/request.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { flannel, nodeFacts } from './facts.ts';

/** One line of a rule's table. */
export interface RuleCase {
  /** What distinguishes the node, as the end of a sentence that begins with the rule. */
  name: string;
  /** What differs from a healthy Debian node with flannel, dual-stack, kube-proxy in iptables mode. */
  node?: Parameters<typeof nodeFacts>[0];
  profile?: Partial<ClusterProfile>;
  /** The part of the finding that matters; of texts, `expect.stringContaining`. */
  expected: Partial<Omit<Finding, 'now' | 'boot'>> & { now?: Partial<Finding['now']>; boot?: Partial<Finding['now']> };
}

/**
 * All that the test of a rule is: facts → verdict, cause, remedy. The rule sees what it asks for and nothing else: reading a fact that its
 * request does not name throws.
 */
export function ruleTester(rule: Rule, cases: readonly RuleCase[]): void {
  const asked = requestOf([rule]);
  describe(rule.id, () => {
    test.for(cases)('$name', ({ node, profile, expected }) => {
      const facts = { ...nodeFacts(node), asked };
      expect(judgeRule(rule, nodeContext(facts, { ...flannel, ...profile })).finding).toMatchObject(expected);
    });

    test('is a sentence, an id that is its file, and sources', () => {
      expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
      const { issues, references } = rule.explain.sources;
      expect(issues.length + references.length).toBeGreaterThan(0);
    });
  });
}
