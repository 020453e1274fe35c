import { afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { expectNoPods, expectPlain, expectRefusal, type Told } from '../support/refusal.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  expectNoPods(standIn);
  await standIn?.stop();
  standIn = undefined;
});

async function check(options: StandInOptions, ...args: string[]) {
  const nodes = ['node-1', 'node-2', 'node-3'].map((name) => ({ name, recorded: 'nothing' }));
  standIn = await startStandIn({ ...flannelCluster(), nodes, ...options });
  return netprereq(['check', ...args], { KUBECONFIG: standIn.kubeconfig });
}

const POST = { method: 'POST', path: /\/pods\b/ } as const;

describe('admission that takes no pod at all is found out before one is created', () => {
  test.for<[string, StandInOptions, string[], Told]>([
    [
      'Pod Security, level baseline, everywhere',
      { faults: [{ ...POST, effect: 'pod-security', level: 'baseline' }] },
      [],
      [
        /^error: no namespace admits the check pod:$/m,
        /^ {2}kube-system: .*violates PodSecurity "baseline:latest"/m,
        /^ {2}kube-flannel: .*violates PodSecurity "baseline:latest"/m,
        'Choose a namespace that allows privileged pods with -n',
        /kubectl label namespace kube-system pod-security\.kubernetes\.io\/enforce=privileged --overwrite/,
      ],
    ],
    [
      'Pod Security, level restricted, in the namespace of -n',
      { namespaces: [{ name: 'strict', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } }] },
      ['-n', 'strict'],
      [/strict: .*violates PodSecurity "restricted:latest"/, 'kubectl label namespace strict'],
    ],
    [
      'a quota that was used up before the run',
      { namespaces: [{ name: 'full', quota: { name: 'few', pods: 0 } }] },
      ['-n', 'full'],
      [/full: .*exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0/, /quota is used up: .* with -n/],
    ],
    [
      "a webhook's denial",
      { faults: [{ ...POST, effect: 'deny', webhook: 'no.example', message: 'no\u001b[2J privileged pods' }] },
      [],
      [/kube-system: .*admission webhook "no\.example" denied the request: no \[2J privileged pods/, / with -n/],
    ],
    [
      'a namespace that does not exist',
      {},
      ['-n', 'gone'],
      [/gone: .*namespaces "gone" not found/, / -n|get namespaces/],
    ],
  ])('%s', async ([, options, args, told]) => {
    expectRefusal(await check(options, ...args), told);
    expect(standIn?.created).toEqual([]);
  });
});

describe('admission that changes its mind during the run', () => {
  test('a quota for one pod at a time is waited for', async () => {
    const namespaces = [{ name: 'narrow', quota: { name: 'one', pods: 1 } }];
    const { code, stdout } = await check({ namespaces }, '-n', 'narrow', '-o', 'json');
    expect(code).toBe(3);
    const found: CheckReport = JSON.parse(stdout);
    expect(found.nodes.map(({ reason }) => reason)).toEqual(
      Array(3).fill(expect.stringContaining('without the probe')),
    );
  });

  test.for<[string, StandInOptions['faults'], RegExp]>([
    [
      'a quota that is used up and stays so',
      [{ ...POST, path: /\/pods\?(?!.*dryRun)|\/pods$/, effect: 'quota', quota: 'few', used: 9, hard: 9 }],
      /exceeded quota: few, .*used: pods=9, limited: pods=9/,
    ],
    [
      'a webhook that denies',
      [{ ...POST, path: /\/pods\?(?!.*dryRun)|\/pods$/, effect: 'deny', webhook: 'no.example', message: 'not now' }],
      /admission webhook "no\.example" denied the request: not now/,
    ],
    ['a webhook that strips hostNetwork', [{ ...POST, effect: 'mutate', strip: ['hostNetwork'] }], /spec\.hostNetwork/],
  ])('%s: unknown with the reason, never pass', async ([, faults, reason]) => {
    const { code, stdout, stderr } = await check({ faults: faults ?? [] }, '--timeout', '2s');
    expect(code).toBe(3);
    expect(stdout).toMatch(/\? unknown/);
    expect(stdout).not.toMatch(/\bpass\b/);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(reason);
    expectPlain(stdout + stderr);
  });
});
