import { afterEach, expect, test, vi } from 'vitest';
import { symptomsOn } from '../../src/check/symptoms.ts';
import type { Call, Cluster, DaemonSet } from '../../src/kube/cluster.ts';

afterEach(() => void vi.restoreAllMocks());

test('the search for symptoms ends when its time is up, even where each of its requests may take for ever', async () => {
  const timeUp = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(timeUp.signal);
  const cluster = {
    pods: (_query: unknown, { signal }: Call) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        timeUp.abort();
      }),
  } as unknown as Cluster;
  const kubeProxy = {
    namespace: 'kube-system',
    name: 'kube-proxy',
    labels: {},
    containers: [],
  } as unknown as DaemonSet;
  const found = await symptomsOn(cluster, [kubeProxy], ['node-1'], [], new AbortController().signal);
  expect(found).toEqual(new Map([['node-1', []]]));
});
