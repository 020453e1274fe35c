import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cleanUp } from '../../src/cleanup.ts';
import type { Cluster, Pod } from '../../src/kube/cluster.ts';

const pod = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'ns', labels: { 'netprereq.io/run': 'r1' } },
  spec: { containers: [] },
});

/** A cluster with these pods, where the login and each deletion take so many milliseconds. */
function cluster(names: readonly string[], { loginMs = 0, deleteMs = 0 }) {
  const stored = new Map(names.map((name) => [name, pod(name)]));
  const asked: Pick<Cluster, 'version' | 'serverTime' | 'pods' | 'deletePod'> = {
    async version(call) {
      await sleep(loginMs, undefined, { ...call });
      return 'v1';
    },
    serverTime: () => undefined,
    pods: async () => [...stored.values()],
    async deletePod(_, name, call) {
      await sleep(deleteMs, undefined, { ...call });
      stored.delete(name);
    },
  };
  return { stored, asked: asked as Cluster };
}

const ten = Array.from({ length: 10 }, (_, index) => `p-${index}`);

test('when its time is over, no other deletion is begun, and it says what is left and how to go on', async () => {
  const { stored, asked } = cluster(ten, { deleteMs: 100 });
  const { deleted, failed, stopped } = await cleanUp(asked, 'ns', {}, { withinMs: 50 });
  expect([deleted.length, failed, [...stored.keys()]]).toEqual([8, [], ['p-8', 'p-9']]);
  expect(stopped).toMatchObject({
    name: 'CheckError',
    message: '2 of 10 pods were not deleted within 0.05s: ns/p-8, ns/p-9 (2)',
    tries: ['run the same command again to continue', { run: 'kubectl get --raw /readyz' }],
  });
});

test('the time that a login takes is not counted', async () => {
  const { stored, asked } = cluster(ten, { loginMs: 100 });
  expect(await cleanUp(asked, 'ns', {}, { withinMs: 50 })).toMatchObject({ deleted: { length: 10 } });
  expect(stored.size).toBe(0);
});

test('a pod that begins to change its node while somebody is asked is left alone', async () => {
  const { stored, asked } = cluster(['begins', 'waits'], {});
  const consent = async () => {
    const changing = pod('begins');
    changing.metadata.labels = { ...changing.metadata.labels, 'netprereq.io/changes': 'apply' };
    changing.status = { containerStatuses: [{ name: 'probe', state: { running: {} } }] };
    stored.set('begins', changing);
    stored.set('new', pod('new'));
    return true;
  };
  const { deleted, changing } = await cleanUp(asked, 'ns', { changing: false }, { consent });
  expect([deleted.map(({ name }) => name), changing, [...stored.keys()]]).toEqual([
    ['waits'],
    ['r1'],
    ['begins', 'new'],
  ]);
});

test('nobody is asked where nothing is left', async () => {
  const consent = () => Promise.reject(new Error('asked'));
  expect(await cleanUp(cluster([], {}).asked, 'ns', {}, { consent })).toMatchObject({ deleted: [] });
});
