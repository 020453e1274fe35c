import { afterEach, describe, expect, test } from 'vitest';
import type { Rule } from '../support/access.ts';
import { flannelCluster } from '../support/clusters.ts';
import { ended, netprereq, startNetprereq } from '../support/command.ts';
import { expectRefusal } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { answering, noTerminal } from '../support/terminal.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  await standIn?.stop();
  standIn = undefined;
});

/** What --print-rbac grants for one namespace, as far as pods and nodes go. */
const granted = (namespace: string): Rule[] => [
  { verbs: ['list'], resources: ['nodes'] },
  { verbs: ['list'], resources: ['daemonsets'] },
  { verbs: ['create', 'list', 'watch', 'delete'], resources: ['pods'], namespaces: [namespace] },
];

/** A cluster with a pod that a check of the administrator's, killed outright, has left in this namespace. */
async function startWithLeftover(namespace: string, rules?: readonly Rule[]): Promise<{ env: Record<string, string> }> {
  const running = await startStandIn({
    ...flannelCluster(),
    nodes: [{ name: 'node-1', behaviour: 'hangs' }],
    users: [
      { name: 'admin', token: 'a' },
      { name: 'jane', token: 'j', ...(rules && { rules }) },
    ],
  });
  standIn = running;
  const child = startNetprereq(['check', '-n', namespace], { KUBECONFIG: running.kubeconfig });
  const end = ended(child);
  await expect.poll(() => running.pods().length, { timeout: 20_000 }).toBe(1);
  child.kill('SIGKILL');
  await end;
  return { env: { KUBECONFIG: running.kubeconfigFor('jane') } };
}

const deleted = (namespace: string) => new RegExp(`^pod "netprereq-\\w+-\\w+" deleted from ${namespace} namespace\n$`);

describe('cleanup without -n', () => {
  test('looks everywhere', async () => {
    const { env } = await startWithLeftover('default');
    const { code, stdout, stderr } = await netprereq(['cleanup', '--all-runs', '--yes'], env);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(deleted('default'));
  });

  test.for(['kube-system', 'kube-flannel', 'default'])(
    'of somebody who may see the pods of %s only looks where checks put theirs, and says so',
    async (namespace) => {
      const { env } = await startWithLeftover(namespace, granted(namespace));
      const alone = await netprereq(['cleanup'], env);
      expect([alone.code, alone.stderr]).toEqual([0, expect.stringMatching(/^Pods of run \w+ were skipped/m)]);
      const { code, stdout, stderr } = await netprereq(['cleanup', '--all-runs', '--yes'], env);
      expect([code, stderr]).toEqual([0, `note: you may not list pods in all namespaces; looked in ${namespace}\n`]);
      expect(stdout).toMatch(deleted(namespace));
      expect(standIn?.pods()).toEqual([]);
    },
  );

  test.for([[], ['-n', 'kube-system']])(
    'of somebody who may see none says what is missing, and who can grant it: %j',
    async (args) => {
      const { env } = await startWithLeftover('kube-system', []);
      expectRefusal(await netprereq(['cleanup', ...args], env), [
        /cannot list resource "pods"/,
        /Rights that you lack: .*list.* pods in namespace kube-system/,
        / check --print-rbac .*--as /,
      ]);
    },
  );

  test('takes an empty -n for none', async () => {
    const { env } = await startWithLeftover('default');
    const { stdout } = await netprereq(['cleanup', '--all-runs', '--yes', '-n', ''], env);
    expect(stdout).toMatch(deleted('default'));
  });
});

describe('cleanup --all-runs', () => {
  test('without a terminal and without --yes deletes nothing', async () => {
    const { env } = await startWithLeftover('default');
    const { code, stdout, stderr } = await netprereq(['cleanup', '--all-runs'], env);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(/cannot ask without a terminal: use --yes/)]);
    expect(standIn?.pods()).toHaveLength(1);
  });

  const skipped = noTerminal === undefined ? '' : ` (skipped: ${noTerminal})`;
  test.skipIf(skipped).for([
    ['n\n', 1, 1],
    ['\n', 1, 1],
    ['y\n', 0, 0],
  ] as const)(
    `on a terminal asks about pods of runs that may be alive, and does as it is told: %j${skipped}`,
    async ([keys, code, left]) => {
      const { env } = await startWithLeftover('default');
      const { name, labels } = standIn?.pods()[0]?.metadata ?? {};
      const { code: ended, stdout } = await answering(['cleanup', '--all-runs'], keys, env);
      expect(stdout).toContain(`may still be running, here or elsewhere: ${labels?.['netprereq.io/run']}\r\n`);
      expect(stdout).toContain(`default/${name}`);
      expect(stdout).toContain(left === 0 ? `pod "${name}" deleted` : 'Nothing was deleted.');
      expect([ended, standIn?.pods().length]).toEqual([code, left]);
    },
  );
});

test('cleanup --run deletes the pods of that run without a question', async () => {
  const { env } = await startWithLeftover('default');
  const run = standIn?.pods()[0]?.metadata.labels?.['netprereq.io/run'] ?? '';
  expect(standIn?.pods()[0]?.metadata.name).toMatch(new RegExp(`^netprereq-${run}-`));
  const { code, stdout } = await netprereq(['cleanup', '--run', run], env);
  expect([code, stdout]).toEqual([0, expect.stringMatching(deleted('default'))]);
});
