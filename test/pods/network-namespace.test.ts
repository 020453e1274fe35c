import { expect, test } from 'vitest';
import { readFromNode } from '../../src/pods/network-namespace.ts';
import { nodeFacts } from '../rules/facts.ts';

test.for([
  ['pod', { self: '1', init: '1' }, null, true],
  ['host', { self: '1', init: '1' }, 'docker', true],
  ['pod', { self: '1', init: '2' }, null, false],
  ['host', { self: '1', init: '2' }, null, false],
  ['pod', { self: '1' }, null, false],
  ['pod', { init: '1' }, null, false],
  ['pod', {}, null, false],
  ['host', { self: '1' }, null, true],
  ['host', { self: '1' }, 'docker', false],
  ['host', { self: '1' }, undefined, false],
  ['host', {}, null, false],
] as const)('a %s with the namespaces %j and the container hint %s: %s', ([by, netns, container, expected]) => {
  const { container: _none, ...facts } = nodeFacts({ netns });
  const result = readFromNode({ ...facts, ...(container !== undefined && { container }) }, by);
  if (expected) expect(result).toBe(true);
  else expect(result).toMatch(/network namespace/);
});

test('a pod without privilege says what may have kept it from telling', () => {
  const facts = nodeFacts({ netns: { self: '1' } });
  expect(readFromNode(facts, 'unprivileged pod')).toMatch(/could not tell .*without privilege \(SELinux, hidepid\)$/);
  const apart = nodeFacts({ netns: { self: '1', init: '0' } });
  expect(readFromNode(apart, 'unprivileged pod')).toMatch(/of its own/);
});
