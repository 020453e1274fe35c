import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { changeFleet, type FleetOptions } from '../../src/fix/fleet.ts';
import type { Node } from '../../src/kube/cluster.ts';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

const node = (name: string): Node =>
  ({ name, labels: name.startsWith('cp') ? { [CONTROL_PLANE]: '' } : {} }) as unknown as Node;

/** Runs a fleet whose changes each take a few turns of the event loop: what was under way together, in the order of the beginnings. */
async function observe(names: readonly string[], options: Partial<FleetOptions> & { fails?: readonly string[] }) {
  const underWay = new Set<string>();
  const together: string[][] = [];
  const notBegun = await changeFleet({
    nodes: names.map(node),
    concurrency: 1,
    maxFailures: 1,
    signal: new AbortController().signal,
    async change({ name }) {
      underWay.add(name);
      together.push([...underWay]);
      for (const _ of names) await tick();
      underWay.delete(name);
      return options.fails?.includes(name) !== true;
    },
    ...options,
  });
  return { together, notBegun: Object.fromEntries(notBegun) };
}

describe('a fleet', () => {
  test('is changed one node at a time, the control plane last', async () => {
    const { together } = await observe(['cp-1', 'a', 'b'], {});
    expect(together).toEqual([['a'], ['b'], ['cp-1']]);
  });

  test('has its control plane changed one at a time, and only when no worker is under way, however many are at once', async () => {
    const { together } = await observe(['cp-1', 'a', 'cp-2', 'b', 'c'], { concurrency: 2 });
    expect(together.flat().filter((name) => name.startsWith('cp'))).toEqual(['cp-1', 'cp-2']);
    expect(together.slice(-2)).toEqual([['cp-1'], ['cp-2']]);
    expect(Math.max(...together.map(({ length }) => length))).toBe(2);
  });

  test('is left alone behind as many failures as are allowed, the control plane, too', async () => {
    const { together, notBegun } = await observe(['cp-1', 'a', 'b', 'c'], { maxFailures: 2, fails: ['a', 'b'] });
    expect(together).toEqual([['a'], ['b']]);
    expect(notBegun).toEqual({ c: 'not started: a, b failed', 'cp-1': 'not started: a, b failed' });
  });
});
