import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/judge/finding.ts';
import { driftOf, driftParagraphs } from '../../src/report/drift.ts';
import { render } from '../../src/report/index.ts';
import type { NodeReport } from '../../src/report/report.ts';
import { FORWARDING_OFF, finding, judged, PIPE, report } from './samples.ts';

const KERNEL = { kernel: '5.15.0-91-generic' };
/** A value of a rule that wants 1, at the next boot from this file. */
const kept = (file: string): Finding => {
  const state = { verdict: 'pass', expected: '1', actual: '1', source: { file, line: 3 } } as const;
  return finding('ipv4-forwarding', { now: { verdict: 'pass', expected: '1', actual: '1' }, boot: state });
};
/** How many of something there are, which a rule wants below a limit. */
const count = (actual: string) =>
  finding('conntrack-headroom', { now: { verdict: 'pass', expected: 'below 53248', actual } });

/** Nodes of the pool workers, named a, b and so on. */
function pool(
  ...each: { system?: Partial<NodeReport['system']>; findings?: Finding[]; pool?: string }[]
): NodeReport[] {
  const nodes = each.map(({ system, findings = [], pool: named = 'workers' }, index) => {
    const node = judged(String.fromCharCode(97 + index), ...findings);
    return { ...node, system: { ...node.system, ...system }, pool: named };
  });
  return report(nodes).nodes;
}

const brief = (nodes: readonly NodeReport[]) =>
  driftOf(nodes).map(({ what, boot, most, nodes: differing }) => {
    const values = differing.map(({ name, value }) => `${name} ${value}`).join(', ');
    return `${what}${boot ? ' at boot' : ''}: ${values} (${most})`;
  });

describe('nodes of a pool differ', () => {
  test.for<[string, NodeReport[], string[]]>([
    ['by their kernel', pool({}, {}, { system: KERNEL }), ['kernel: c 5.15.0-91-generic (6.1.0-56-amd64)']],
    [
      'by the file that decides, although each passes',
      pool(...['/etc/a.conf', '/etc/a.conf', '/etc/b.conf'].map((file) => ({ findings: [kept(file)] }))),
      ['ipv4-forwarding at boot: c 1 from /etc/b.conf (1 from /etc/a.conf)'],
    ],
  ])('%s', ([, nodes, drift]) => {
    expect(brief(nodes)).toEqual(drift);
  });

  test('among so many that what each tells is not kept', () => {
    const findings = (n: number) => [kept(n === 0 ? '/etc/b.conf' : '/etc/a.conf'), count(`${n}`)];
    const nodes = Array.from({ length: 700 }, (_, n) => ({ ...judged(`node-${n}`, ...findings(n)), pool: 'workers' }));
    expect(driftOf(report(nodes).nodes).map(({ of, nodes: differing }) => [of, differing.length])).toEqual([[700, 1]]);
  });
});

describe('nodes are not said to differ', () => {
  test.for<[string, NodeReport[]]>([
    ['where all are alike', pool({}, {}, {})],
    ['where two are too few to say what is usual', pool({}, { system: KERNEL })],
    ['from nodes of another pool', pool({}, {}, {}, { system: KERNEL, pool: 'gpu' })],
    ['from nodes of another architecture', pool({}, {}, {}, { system: { ...KERNEL, arch: 'arm64' } })],
    ['in counts, which are others on each node', pool(...['5', '5', '9'].map((n) => ({ findings: [count(n)] })))],
    ['where no way is that of most', pool({}, {}, { system: KERNEL }, { system: KERNEL })],
    ['where most fail and a few do not', pool({ findings: [FORWARDING_OFF] }, { findings: [FORWARDING_OFF] }, {})],
    ['by what fails, which is told already', pool({}, {}, { findings: [FORWARDING_OFF] })],
    ['without a cluster, where they have no pool', report([judged('a'), judged('b'), judged('c')]).nodes],
  ])('%s', ([, nodes]) => {
    expect(brief(nodes)).toEqual([]);
  });
});

test('the table has a paragraph for each pool, and its lines fit the terminal', () => {
  const nodes = pool({}, {}, {}, { system: KERNEL });
  expect(driftParagraphs(driftOf(nodes), PIPE)).toEqual([
    [
      '1 of 4 nodes of "workers" (amd64) differs from the others:',
      '    kernel: 5.15.0-91-generic on d; 6.1.0-56-amd64 on the others',
    ],
  ]);
  const narrow = render({ ...report([]), nodes, drift: driftOf(nodes) }, 'table', { ...PIPE, columns: 40 });
  expect(narrow).toContain('1 of 4 nodes of "workers" (amd64)\n    differs from the others:');
});
