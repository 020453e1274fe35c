import { expect, test } from 'vitest';
import { symptomLines } from '../../src/report/symptoms.ts';
import { judged, NOT_LOADED, PIPE, report } from './samples.ts';

const FLANNEL = { pod: 'kube-flannel/kube-flannel-ds-x', state: 'CrashLoopBackOff', restarts: 12 };

function lines(symptoms: readonly object[]) {
  const { nodes } = report([judged('node-1', NOT_LOADED)]);
  return symptomLines(
    nodes.map((node) => ({ ...node, symptoms: symptoms as (typeof FLANNEL)[] })),
    PIPE,
  );
}

test.for<[string, object[], string[]]>([
  ['nothing where all run', [], []],
  [
    'a pod with what it said and the rule that this is about',
    [{ ...FLANNEL, line: 'Failed to check br_netfilter', rule: 'br-netfilter' }],
    [
      '    kube-flannel/kube-flannel-ds-x on node-1: CrashLoopBackOff, 12 restarts (br-netfilter)',
      '      Failed to check br_netfilter',
    ],
  ],
  [
    'a pod that said nothing',
    [{ ...FLANNEL, restarts: 1 }],
    ['    kube-flannel/kube-flannel-ds-x on node-1: CrashLoopBackOff, 1 restart'],
  ],
])('the table shows %s', ([, symptoms, shown]) => {
  expect(lines(symptoms).slice(1)).toEqual(shown);
});

test('of many pods it shows five, and says how many there are', () => {
  const many = Array.from({ length: 8 }, () => FLANNEL);
  expect(lines(many)).toHaveLength(1 + 5 + 1);
  expect(lines(many).at(-1)).toBe('    and 3 more: -o json has them all');
});
