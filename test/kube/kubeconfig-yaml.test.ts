import { describe, expect, test } from 'vitest';
import { NotYaml, yamlValue } from '../../src/kube/kubeconfig-yaml.ts';

describe('YAML as kubectl reads it', () => {
  test.for<[yaml: string, value: unknown]>([
    ['', null],
    ['a: [yes, Y, on, off, n, ~, Null]', { a: [true, true, true, false, false, null, null] }],
    ['a: [1_000, 017, 0o17, 0x1F, -0b11, 089, 1e3, .5, +2.]', { a: [1000, 15, 15, 31, -3, 89, 1000, 0.5, 2] }],
    [
      'a: ["yes", !!str 12, ! 12, 1:30, 2001-01-01, 0x, 1_a]',
      { a: ['yes', '12', '12', '1:30', '2001-01-01', '0x', '1_a'] },
    ],
    ['a: [!!binary aGVsbG8=, !!int "3", !mine yes]', { a: ['hello', 3, 'yes'] }],
    ['{a: 1, a: 2}', { a: 2 }],
    ['{1: a, yes: b, 1.5: c}', { 1: 'a', true: 'b', 1.5: 'c' }],
    ['x: &x {a: 1}\nz: {<<: *x, b: 2}', { x: { a: 1 }, z: { a: 1, b: 2 } }],
    // What is merged counts from where it stands.
    ['x: &x {a: 1}\nv: {a: own, <<: *x}\nw: {<<: *x, a: own}', { x: { a: 1 }, v: { a: 1 }, w: { a: 'own' } }],
    ['x: {<<: [{a: 1}, {a: 2, b: 2}]}', { x: { a: 1, b: 2 } }],
    ['x: {"<<": {a: 1}}', { x: { '<<': { a: 1 } } }],
    ['a: 1\n---\na: 2\n---\n"unclosed', { a: 1 }],
    ['---\n---\na: 1', null],
    ['\ufeffa: 1', { a: 1 }],
    ['__proto__: {a: 1}', Object.fromEntries([['__proto__', { a: 1 }]])],
  ])('%j', ([yaml, value]) => {
    expect(yamlValue(yaml)).toEqual(value);
  });

  test.for<[yaml: string, why: string]>([
    ['a: secret-1\nb: "unclosed', 'line 2: missing char'],
    ['a: secret-1 \u0001', 'control characters are not allowed'],
    ['%YAML 1.2\n---\na: 1', 'found incompatible YAML document: %YAML must be 1.1'],
    ['a: *secret-1', 'unknown anchor referenced'],
    ['a: &a [*a]', 'the value of an anchor contains itself'],
    ['a: &a {<<: *a}', 'the value of an anchor contains itself'],
    ['a: {<<: secret-1}', 'map merge requires map or sequence of maps as the value'],
    ['{null: secret-1}', 'invalid map key'],
    ['{[secret-1]: 1}', 'invalid map key'],
    ['a: .inf', 'unsupported value: a number that is not finite'],
    ['a: !!int secret-1', 'cannot decode a scalar as a !!int'],
    ['a: !!binary "%secret-1"', '!!binary value contains invalid base64 data'],
  ])('%j is none', ([yaml, why]) => {
    expect(() => yamlValue(yaml)).toThrow(new NotYaml(why));
  });

  test('aliases of aliases do not fill the memory', () => {
    const levels = Array.from({ length: 40 }, (_, i) => `l${i}: &l${i} [${i === 0 ? 'x' : `*l${i - 1},*l${i - 1}`}]`);
    expect(() => yamlValue(levels.join('\n'))).toThrow('document contains excessive aliasing');
  });

  test('merges of merges do not take for ever', () => {
    const levels = Array.from(
      { length: 40 },
      (_, i) => `l${i}: &l${i} {<<: [${i === 0 ? '{a: 1}' : `*l${i - 1},*l${i - 1}`}]}`,
    );
    expect(() => yamlValue(levels.join('\n'))).toThrow('document contains excessive aliasing');
  });
});
