import { describe, expect, test } from 'vitest';
import { explicitSelection, type SelectionFlagValues, selectionOf } from '../../src/cli/selection.ts';

const flags = (more: Partial<SelectionFlagValues> = {}) => ({ 'all-nodes': false, local: false, ...more });

describe('a command that changes nodes wants to be told which', () => {
  test.for(['', ' ', '\t \n'])('so a selector of %j, which selects all, is refused', (selector) => {
    expect(() => explicitSelection([], flags({ selector }))).toThrow('--selector is empty');
  });

  test('and a selector that says something is taken', () => {
    expect(explicitSelection([], flags({ selector: 'role=worker' }))).toEqual({ selector: 'role=worker' });
  });

  test('and all nodes are taken where that was said', () => {
    expect(explicitSelection([], flags({ 'all-nodes': true }))).toBe('all');
    expect(() => explicitSelection([], flags())).toThrow('say which nodes');
  });
});

test.for(['kubeconfig', 'context', 'cluster', 'user', 'namespace', 'server', 'token', 'as'])(
  '--local asks no cluster, so that --%s beside it is a mistake',
  (name) => {
    expect(() => selectionOf([], flags({ local: true, [name]: 'x' }))).toThrow(`both --local and --${name}`);
  },
);

describe('a node is named', () => {
  test.for(['node-1', 'node/node-1', 'nodes/node-1', 'no/node-1', 'Node/node-1'])('as %s', (word) => {
    expect(selectionOf([word], flags())).toEqual({ names: ['node-1'] });
  });

  test.for(['pod/node-1', 'pods/node-1', 'deployments.apps/x', 'pod/'])('and nothing else is: %s', (word) => {
    expect(() => selectionOf(['node-1', word], flags())).toThrow(`${word} is not a node`);
  });

  test('and what no resource is written like is left for the server to find', () => {
    expect(selectionOf(['../../secrets'], flags())).toEqual({ names: ['../../secrets'] });
  });
});

test('a command that only looks takes an empty selector for all nodes, as kubectl get does', () => {
  expect(selectionOf([], flags({ selector: '' }))).toEqual({ selector: '' });
});
