import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Cluster, Pod, PodEvent, PodStatus } from '../../src/kube/cluster.ts';
import { Deletion } from '../../src/pods/deletion.ts';
import { livePod, type PodPolicy } from '../../src/pods/pod-life.ts';
import { PodWatch } from '../../src/pods/pod-watch.ts';

const sent: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns' },
  spec: { nodeName: 'node-1', containers: [{ name: 'probe', image: 'busybox:1' }] },
};
const refusal = (status: number) => Object.assign(new Error(`the server said ${status}`), { status });
const container = (state: object): PodStatus => ({ containerStatuses: [{ name: 'probe', state }] });
const RUNNING = container({ running: {} });
const CREATING = container({ waiting: { reason: 'ContainerCreating' } });
const ANSWERED = container({ terminated: { exitCode: 0, message: 'answer' } });
const NO_IMAGE = container({ waiting: { reason: 'ErrImagePull' } });

interface World {
  /** What the server says to the creation; absent: it takes the pod as it is. */
  creation?: Error | Pod;
  /** The answer to the creation comes after what the watch tells. */
  slow?: boolean;
  /** What the watch tells, one thing after the other; unheard: the time is up for a pod that was not taken. */
  told?: readonly (PodStatus | 'deleted' | 'broken' | 'unheard')[];
  /** What a look at the pod finds; absent: no pod. */
  found?: PodStatus | Error;
}

/** Lets the pod live in such a world, where its time is up when everything was told: what came of it, and whether it was deleted, is left, or was never there. */
async function life({ creation, told = [], found, slow }: World, policy: Partial<PodPolicy>) {
  const created = Promise.withResolvers<void>();
  const allTold = Promise.withResolvers<void>();
  const time = new AbortController();
  const unheard = new AbortController();
  let deleted = false;
  const cluster: Pick<Cluster, 'createPod' | 'pods' | 'deletePod' | 'watchPods'> = {
    async createPod() {
      created.resolve();
      if (slow) await allTold.promise;
      if (creation instanceof Error) throw creation;
      return creation ?? sent;
    },
    async pods() {
      if (found instanceof Error) throw found;
      return found ? [{ ...sent, status: found }] : [];
    },
    async deletePod() {
      deleted = true;
    },
    async *watchPods(_query, { signal }): AsyncGenerator<PodEvent> {
      const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await Promise.race([created.promise, ended]);
      for (const one of told) {
        if (one === 'unheard') {
          unheard.abort();
          await setTimeout(20);
          continue;
        }
        if (one === 'broken') throw new Error('no more news');
        yield one === 'deleted' ? { type: 'deleted', pod: sent } : { type: 'present', pod: { ...sent, status: one } };
      }
      allTold.resolve();
      setImmediate(() => time.abort());
      await ended;
    },
  };
  const watch = new PodWatch();
  const deletion = new Deletion(cluster as Cluster, 'ns', 'run');
  watch.start(cluster as Cluster, 'ns', 'run', 1);
  const means = { cluster: cluster as Cluster, namespace: 'ns', watch, deletion };
  const end = await livePod(
    sent,
    means,
    { time: time.signal, unheard: unheard.signal, ...policy },
    async (message) => message,
  );
  await deletion.settled();
  await watch.stop();
  const fate = deleted ? 'deleted' : deletion.leftovers.length > 0 ? 'left' : 'never there';
  return { end, fate };
}

const altered = { ...sent, spec: { ...sent.spec, nodeName: 'node-2' } };
/** A pod that reads may be deleted while it runs, one that changes its node may not. */
const READS = {};
const CHANGES = { endsWithin: 30 };
const failed = (why: unknown, ran: boolean, more = {}) => ({
  ...{ is: 'failed', why, ran, late: false, otherImage: false },
  ...more,
});
const left = (why: string) => ({ is: 'left', why: expect.stringContaining(`the pod may still be running: ${why}`) });
const notTaken = 'the kubelet had not started the pod';
const noAnswer = 'the API server did not answer: gone';

test.for<[string, World, Partial<PodPolicy>, object, string]>([
  ['an answer is read', { told: [RUNNING, ANSWERED] }, READS, { is: 'answered', answer: 'answer' }, 'deleted'],
  ['a refusal', { creation: refusal(403) }, READS, { is: 'refused', why: 'the server said 403' }, 'never there'],
  ['no answer to the creation', { creation: refusal(503) }, READS, failed('the server said 503', true), 'deleted'],
  [
    '… of a change: it may be there',
    { creation: refusal(503), told: [ANSWERED] },
    CHANGES,
    { is: 'answered' },
    'deleted',
  ],
  ['admission', { creation: altered, told: [RUNNING] }, READS, { is: 'altered', fields: ['spec.nodeName'] }, 'deleted'],
  ['… of a change: it ends first', { creation: altered, told: [ANSWERED] }, CHANGES, { is: 'altered' }, 'deleted'],
  [
    '… of one that never ran',
    { creation: altered, told: [NO_IMAGE] },
    CHANGES,
    { is: 'failed', ran: false },
    'deleted',
  ],
  [
    '… of one that runs on',
    { creation: altered, told: [RUNNING], found: RUNNING },
    CHANGES,
    left('it had not'),
    'left',
  ],
  [
    'no image',
    { told: [NO_IMAGE] },
    READS,
    failed('image busybox:1: ErrImagePull', false, { otherImage: true }),
    'deleted',
  ],
  ['nothing heard in time', { found: {} }, CHANGES, failed(notTaken, false, { late: true }), 'deleted'],
  [
    'one that is not taken',
    { told: ['unheard', ANSWERED], found: {} },
    READS,
    failed(notTaken, false, { late: true }),
    'deleted',
  ],
  ['… but was', { told: [CREATING, 'unheard', ANSWERED] }, READS, { is: 'answered', answer: 'answer' }, 'deleted'],
  ['an answer that nobody told of', { found: ANSWERED }, CHANGES, { is: 'answered' }, 'deleted'],
  ['a reader at work in the end', { told: [RUNNING], found: RUNNING }, READS, { is: 'failed', late: true }, 'deleted'],
  ['a change at work in the end', { told: [RUNNING], found: RUNNING }, CHANGES, left('it had not ended'), 'left'],
  ['a change that is gone', {}, CHANGES, failed(notTaken, true, { late: true }), 'deleted'],
  ['a pod that is taken away', { told: ['deleted'] }, CHANGES, { is: 'failed', ran: true }, 'deleted'],
  ['no API server at the end', { found: new Error('gone') }, READS, failed(noAnswer, true), 'deleted'],
  ['… of a change', { found: new Error('gone') }, CHANGES, left(noAnswer), 'left'],
  ['no news any more', { told: ['broken'] }, READS, { is: 'failed', late: false }, 'deleted'],
  ['… of a change', { told: [RUNNING, 'broken'] }, CHANGES, left('the watch on the pods ended: no more news'), 'left'],
  ['nobody waits', {}, { interrupted: AbortSignal.abort() }, { is: 'refused', why: 'interrupted' }, 'never there'],
])('%s', async ([, world, policy, end, fate]) => {
  const came = await life(world, policy);
  expect(came.end).toMatchObject(end);
  expect(came.fate).toBe(fate);
});

test('a pod for which there is no news any more is not created', async () => {
  const watch = new PodWatch();
  const broken = {
    // biome-ignore lint/correctness/useYield: it never tells anything
    async *watchPods(): AsyncGenerator<PodEvent> {
      throw new Error('no more news');
    },
  } as unknown as Cluster;
  watch.start(broken, 'ns', 'run', 1);
  await expect.poll(() => watch.lost).toBeDefined();
  const means = { cluster: broken, namespace: 'ns', watch, deletion: new Deletion(broken, 'ns', 'run') };
  const end = await livePod(sent, means, { time: AbortSignal.timeout(30) }, async (message) => message);
  expect(end).toMatchObject({ is: 'refused', why: expect.stringContaining('the watch on the pods ended') });
});

test.each([
  ['before', { told: [CREATING, ANSWERED], slow: true }, ['the pod was still waiting (ContainerCreating)']],
  ['after', { told: [] }, [notTaken]],
])('what the watch tells %s the answer to the creation is not replaced by something older', async (_, world, heard) => {
  const all: string[] = [];
  await life(world, { onWaiting: (at) => all.push(at) });
  expect(all).toEqual(heard);
});
