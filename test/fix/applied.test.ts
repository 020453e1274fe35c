import { expect, test } from 'vitest';
import { carriedOut } from '../../src/fix/applied.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { findResets } from '../../src/plan/resets.ts';
import { sound } from '../plan/nodes.ts';
import { FORWARD4, FORWARD6, flannel, value } from '../rules/facts.ts';

const plan: Plan = {
  node: 'node-1',
  bootId: 'x',
  steps: [FORWARD4, FORWARD6].map((key) => ({ do: 'set-sysctl', key, before: '0', after: '1', why: 'x' })),
  manual: [],
};

test('nobody has reset what a step failed to set', () => {
  const changed = {
    name: 'node-1',
    system: sound().os,
    outcome: 'failed',
    steps: [{ outcome: 'failed' }, { outcome: 'changed' }],
  } as unknown as Parameters<typeof carriedOut>[1];
  const facts = sound({ sysctls: { [FORWARD4]: value('0'), [FORWARD6]: value('0') } });
  const resets = findResets(carriedOut(plan, changed), facts, flannel);
  expect(resets.map(({ message }) => message.split(' ')[0])).toEqual([FORWARD6]);
});
