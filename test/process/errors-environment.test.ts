import { afterEach, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { expectNoPods, expectPlain, expectRefusal } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  expectNoPods(standIn);
  await standIn?.stop();
  standIn = undefined;
});

async function start(): Promise<string> {
  standIn = await startStandIn({ ...flannelCluster(), nodes: [{ name: 'node-1', recorded: 'nothing' }] });
  return standIn.kubeconfig;
}

test.for<[string, Record<string, string>]>([
  ['TERM=dumb', { TERM: 'dumb' }],
  ['no UTF-8', { LC_ALL: 'C' }],
])('with %s everything is ASCII', async ([, env]) => {
  const { code, stdout, stderr } = await netprereq(['check'], { KUBECONFIG: await start(), ...env });
  expect([code, stderr]).toEqual([3, '']);
  expect(stdout).toMatch(/^[\n\u0020-\u007e]+$/);
});

test.for(['/proc/nowhere', '/sys/nowhere', '/dev/null', ''])(
  'a home that cannot be written to (%j) is no trouble',
  async (HOME) => {
    const { code, stdout, stderr } = await netprereq(['check'], { KUBECONFIG: await start(), HOME });
    expect([code, stderr]).toEqual([3, '']);
    expectPlain(stdout);
  },
);

test('two runs at once do not touch each other’s pods', async () => {
  const env = { KUBECONFIG: await start() };
  const results = await Promise.all([netprereq(['check', '-o', 'json'], env), netprereq(['check', '-o', 'json'], env)]);
  expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
    [3, ''],
    [3, ''],
  ]);
  expect(new Set(results.map(({ stdout }) => JSON.parse(stdout).run.id)).size).toBe(2);
  expect(standIn?.created.length).toBe(2);
});

test('what an error proposes to type reaches the same cluster as the same user', async () => {
  const kubeconfig = await start();
  const args = ['check', 'node-9', '--kubeconfig', kubeconfig, '--context', 'admin'];
  expectRefusal(await netprereq(args), [`kubectl --kubeconfig ${kubeconfig} --context admin get nodes`]);
});
