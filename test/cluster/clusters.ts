import { expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { Evidence } from '../../src/cluster/evidence.ts';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { Pod } from '../../src/kube/cluster.ts';
import { evidence, node } from './evidence.ts';

/**
 * A cluster as people have them: what it is, with where that comes from; what shows of it; what must come out of it.
 */
type Row = [name: string, parts: Partial<Evidence>, expected: Expected];
type Expected = { [K in keyof ClusterProfile]?: ClusterProfile[K] | undefined };

/** One test for each cluster; only what a row names is compared. */
export function clusters(rows: Row[]): void {
  test.for<Row>(rows)('%s', ([_name, parts, expected]) => {
    const profile = detectProfile(evidence({ daemonSets: [], configMaps: {}, ...parts }));
    const found = Object.keys(expected).map((key) => [key, profile[key as keyof ClusterProfile]]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });
}

/** A node of k3s that was started with these arguments. */
export const k3s = (args: string[], annotations: Record<string, string> = {}) =>
  node({
    system: { kubelet: 'v1.34.4+k3s1' },
    annotations: { 'k3s.io/node-args': JSON.stringify(args), ...annotations },
  });

/** A static pod of kube-proxy. */
export const staticPod = (command: string[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'kube-proxy-node-1', namespace: 'kube-system' },
  spec: { containers: [{ name: 'kube-proxy', image: 'kube-proxy', command }] },
});
