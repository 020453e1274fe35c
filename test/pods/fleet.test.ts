import { setImmediate as tick } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { Cluster, Node, Pod, PodEvent } from '../../src/kube/cluster.ts';
import { type FleetOptions, probeFleet } from '../../src/pods/fleet.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

// Places are given up at once, so that only the number of pods is a bound.
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: () => tick(),
}));

/** A fleet of twenty nodes whose pods never end by themselves: how many pods it lets live at once. */
async function podsAlive(concurrency: number): Promise<number> {
  const interrupt = new AbortController();
  let alive = 0;
  const cluster = {
    createPod: async (pod: Pod) => {
      alive++;
      return pod;
    },
    deletePod: async () => {},
    podMetadata: async () => [],
    async *watchPods(_query: unknown, { signal }: { signal: AbortSignal }): AsyncGenerator<PodEvent> {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  const done = probeFleet({
    cluster: cluster as unknown as Cluster,
    nodes: Array.from({ length: 20 }, (_, index) => ({ name: `node-${index}`, conditions: [] }) as unknown as Node),
    concurrency,
    namespace: 'ns',
    run: 'run',
    timeout: 60,
    signal: interrupt.signal,
    request: SWITCHES_REQUEST,
    leastPrivilege: false,
    imagePullSecrets: [],
    images: () => [{ name: 'busybox' }],
    onWaiting() {},
    onOutcome() {},
  } as unknown as FleetOptions);
  // Far more turns of the event loop than twenty nodes need.
  for (let turn = 0; turn < 500; turn++) await tick();
  const atOnce = alive;
  interrupt.abort();
  await done;
  return atOnce;
}

test.each([
  [1, 1],
  [2, 8],
  [32, 20],
])(
  'with --concurrency %i no more than %i of twenty pods are alive, however slow they are',
  async (concurrency, most) => {
    expect(await podsAlive(concurrency)).toBe(most);
  },
);
