import { expect, test } from 'vitest';
import { namespaceAssumed } from '../../src/check/local.ts';

test('whoever is root already is not advised to become root', () => {
  expect(namespaceAssumed(false)).toContain('(root usually can read it)');
  expect(namespaceAssumed(true)).not.toContain('root');
});
