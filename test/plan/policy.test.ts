import { expect, test } from 'vitest';
import { withPolicy } from '../../src/policy/policy.ts';
import { FORWARD4, flannel, value } from '../rules/facts.ts';
import { RULES } from '../support/rules.ts';
import { plan, planned, refused, sound } from './nodes.ts';

test('a policy that demands what would break the network is not carried out', () => {
  const rules = withPolicy(RULES, { sysctls: [{ id: 'policy-x', key: FORWARD4, is: 0 }] });
  const facts = sound({ sysctls: { [FORWARD4]: value('1') } });
  expect(refused(plan(facts, flannel, { rules }, rules)).reason).toMatch(/^this would break ipv4-forwarding: /);
});

test('rules that contradict each other change nothing', () => {
  const sysctls = [
    { id: 'policy-a', key: 'fs.x', atLeast: 9 },
    { id: 'policy-b', key: 'fs.x', atMost: 1 },
  ];
  const rules = withPolicy(RULES, { sysctls });
  const facts = sound({ sysctls: { 'fs.x': value('5') } });
  expect(refused(plan(facts, flannel, { rules }, rules)).reason).toBe(
    'rules contradict each other: fs.x is to be 9 and 1',
  );
});

test('what a policy demands besides is set and kept', () => {
  const rules = withPolicy(RULES, { sysctls: [{ id: 'policy-a', key: 'fs.x', atLeast: 9 }] });
  const facts = sound({ sysctls: { 'fs.x': value('5') } });
  expect(planned(plan(facts, flannel, { rules }, rules)).steps.map((step) => step.do)).toEqual([
    'keep-sysctl',
    'set-sysctl',
  ]);
});
