import { setImmediate as tick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Rehearsal, rehearsed } from '../../src/fix/cluster.ts';
import type { ChangedInput } from '../../src/report/build-fix.ts';

const names = Array.from({ length: 40 }, (_, index) => `node-${index}`);
const plan = names.map((name) => ({ name, outcome: 'would-change' }) as unknown as ChangedInput);

/** Rehearses a change of forty nodes, and interrupts that while pod number `interruptAt` is tried. */
async function rehearse(interruptAt?: number) {
  const abort = new AbortController();
  let tried = 0;
  let underWay = 0;
  let atOnce = 0;
  const cluster = {
    serverTime: () => undefined,
    async createPod(pod: object) {
      atOnce = Math.max(atOnce, ++underWay);
      if (++tried === interruptAt) abort.abort();
      await tick();
      underWay--;
      return pod;
    },
  };
  const pod = {
    cluster,
    run: 'run',
    namespace: 'ns',
    timeout: 60,
    imagePullSecrets: [],
    images: [{ name: 'busybox' }],
  };
  const result = await rehearsed(plan, {
    options: { signal: abort.signal },
    session: {
      examined: new Map(names.map((name) => [name, { node: { name }, lookedAt: { name } }])),
      changeOptionsFor: ({ name: node }: { name: string }) => ({ ...pod, node }),
    },
    works: new Map(names.map((name) => [name, { request: () => '' }])),
    course: { kind: 'apply' },
  } as unknown as Rehearsal);
  return { result, tried, atOnce };
}

test('the pods of a dry run are tried a few at once', async () => {
  const { result, tried, atOnce } = await rehearse();
  expect({ tried, atOnce }).toEqual({ tried: 40, atOnce: 16 });
  expect(result).toEqual(plan);
});

test('a dry run that is interrupted tries no other pod, and says so', async () => {
  const { result, tried } = await rehearse(1);
  expect(tried).toBe(1);
  expect(result[39]).toEqual({ ...plan[39], reason: 'not rehearsed: interrupted' });
});
