import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import { type FactsRequest, NOTHING_ASKED } from '../../src/facts/request.ts';
import { judgeRule } from '../../src/judge/evaluate.ts';
import type { Finding } from '../../src/judge/finding.ts';
import { nodeContext } from '../../src/judge/node-context.ts';
import { requestOf } from '../../src/judge/request.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { worded } from '../support/worded.ts';
import { askedOnly } from './asked-only.ts';
import { flannel, nodeFacts } from './facts.ts';

/** One line of a rule's table. */
export interface RuleCase {
  /** What distinguishes the node, as the end of a sentence that begins with the rule. */
  name: string;
  /** A command of which somebody who goes by that alone takes this node for the contrary. */
  misleads?: string;
  /** What differs from a healthy Debian node with flannel, dual-stack, kube-proxy in iptables mode. */
  node?: Parameters<typeof nodeFacts>[0];
  profile?: { [Key in keyof ClusterProfile]?: ClusterProfile[Key] | undefined };
  /** The part of the finding that matters; of texts, `expect.stringContaining`. */
  expected: Partial<Omit<Finding, 'now' | 'boot' | 'remedy'>> & {
    /** As text. */
    remedy?: readonly string[];
    now?: Partial<Finding['now']>;
    boot?: Partial<Finding['now']>;
  };
}

/**
 * All that the test of a rule is: facts → verdict, cause, remedy. The rule sees what it asks for and nothing else: reading a fact that its
 * request does not name throws.
 */
export function ruleTester(rule: Rule, cases: readonly RuleCase[]): void {
  describe(rule.id, () => {
    test.for(cases.map((one) => [titleOf(one), one] as const))('%s', ([, one]) => check(rule, one, requestOf([rule])));

    test('is right about a node that a simpler tool takes for the contrary', () => {
      expect(cases.filter(({ misleads }) => misleads)).not.toEqual([]);
    });

    // What every node is asked, and tells unasked, such as its kernel's release, need not be asked for.
    const asks = !isDeepStrictEqual(requestOf([rule]), requestOf([]));
    test.runIf(asks)('is judged by what it asks for: without that its table does not hold', () => {
      expect(() => {
        for (const one of cases) check(rule, one, NOTHING_ASKED);
      }).toThrow();
    });

    test('is a sentence, an id that is its file, and sources', () => {
      expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
      const { issues, references } = rule.explain.sources;
      expect(issues.length + references.length).toBeGreaterThan(0);
    });
  });
}

const titleOf = ({ name, misleads }: RuleCase) => (misleads ? `${name} (${misleads} says otherwise)` : name);

function check(rule: Rule, { node, profile, expected }: RuleCase, asked: FactsRequest): void {
  const own = Object.entries({ ...flannel, ...profile }).filter(([, value]) => value !== undefined);
  const cluster = Object.fromEntries(own) as unknown as ClusterProfile;
  const { finding } = judgeRule(rule, nodeContext(askedOnly(nodeFacts(node), asked), cluster));
  expect(worded(finding)).toMatchObject(expected);
}
