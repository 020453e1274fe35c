import { expect, test } from 'vitest';
import { poolOf } from '../../src/cluster/pool.ts';

test.for<[Record<string, string>, string]>([
  [{ 'cloud.google.com/gke-nodepool': 'gpu' }, 'gpu'],
  [{ 'eks.amazonaws.com/nodegroup': 'ng-1' }, 'ng-1'],
  [{ 'karpenter.sh/nodepool': 'spot', 'eks.amazonaws.com/nodegroup': 'ng-1' }, 'spot'],
  [{ 'kubernetes.azure.com/agentpool': '' }, 'workers'],
  [{ 'node-role.kubernetes.io/control-plane': '' }, 'control plane'],
  [{ 'node-role.kubernetes.io/worker': '' }, 'workers'],
  [{}, 'workers'],
])('a node with %j belongs to %s', ([labels, pool]) => {
  expect(poolOf({ labels })).toBe(pool);
});
