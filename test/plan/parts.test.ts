import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { ModuleFacts, NodeFacts } from '../../src/facts/facts.ts';
import { NOTHING_ASKED } from '../../src/facts/request.ts';
import { allOf } from '../../src/judge/all-of.ts';
import { availableModules } from '../../src/judge/available-modules.ts';
import { is } from '../../src/judge/comparator.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import { sysctl } from '../../src/judge/sysctl.ts';
import { markFixable } from '../../src/plan/fixable.ts';
import { planNode } from '../../src/plan/planner.ts';
import { madeUp } from '../judge/made-up.ts';
import { file, flannel, unreadable, value } from '../rules/facts.ts';
import { brief, planned, refused, sound } from './nodes.ts';

const [A, B] = ['vm.a', 'kernel.b'];
const rule = madeUp(allOf([sysctl(A, is(1), { kernelDefault: '0' }), sysctl(B, is(10))], {}));
const profile: ClusterProfile = flannel;
const asked = { ...NOTHING_ASKED, sysctls: [A, B] };
const judge = (facts: NodeFacts) => markFixable(evaluateNode(profile, facts, [rule]), facts, profile, [rule]);
const planOf = (facts: NodeFacts) => planNode({ node: 'n', facts, findings: judge(facts) }, profile, { rules: [rule] });
const node = (a: string, b: string, ...lines: string[]) =>
  sound({
    asked,
    sysctls: { [A]: value(a), [B]: value(b) },
    boot: { sysctl: [file('/etc/sysctl.d/50-x.conf', ...lines)] },
  });

describe('a rule of several sysctls is repaired one by one', () => {
  test.for<[string, NodeFacts, string[]]>([
    ['nothing where all are right, and kept', node('1', '10', `${A} = 1`, `${B} = 10`), []],
    [
      'each that is wrong, now and at the next boot',
      node('0', '0'),
      [`keep-sysctl ${A} absent→1`, `keep-sysctl ${B} absent→10`, `set-sysctl ${A} 0→1`, `set-sysctl ${B} 0→10`],
    ],
    [
      'one that is wrong now, and the other that no file keeps',
      node('0', '10', `${A} = 1`),
      [`keep-sysctl ${B} absent→10`, `set-sysctl ${A} 0→1`],
    ],
  ])('%s', ([, facts, steps]) => {
    expect(brief(planned(planOf(facts)).steps)).toEqual(steps);
  });

  test('its finding says that a program can do something', () => {
    expect(judge(node('0', '10'))[0]).toMatchObject({ verdict: 'fail', fixable: true });
    expect(judge(node('1', '10', `${A} = 1`, `${B} = 10`))[0]).not.toHaveProperty('fixable');
  });

  test('nothing is planned while one of them could not be read', () => {
    const facts = sound({ asked, sysctls: { [A]: value('1'), [B]: unreadable }, boot: { sysctl: [] } });
    expect(refused(planOf(facts)).reason).toContain('is not known');
  });
});

test.for<[string, ModuleFacts, RegExp]>([
  ['lacks', { builtin: false, file: null }, /^vxlan is not available: .*comes without vxlan/],
  ['may have, for all that was read', {}, /^(?!.*is not available)/],
])('what a program cannot repair is a todo with its reason: a module that the kernel %s', ([, vxlan, says]) => {
  const needing = madeUp(availableModules(['vxlan']));
  const facts = sound({ asked: { ...NOTHING_ASKED, modules: ['vxlan'] }, modules: { vxlan } });
  const findings = evaluateNode(profile, facts, [needing]);
  const { manual } = planned(planNode({ node: 'n', facts, findings }, profile, { rules: [needing] }));
  expect(manual.map(({ message }) => message).join('\n')).toMatch(says);
});
