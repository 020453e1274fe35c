import { describe, expect, test } from 'vitest';
import { masked } from '../../src/kube/masking.ts';

const LONG = 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln';

describe('a secret in a text of the server', () => {
  test.for<[why: string, secret: string, text: string, wanted: string]>([
    ['a long one is masked wherever it is', LONG, `x${LONG}y ${LONG}`, 'x[credential]y [credential]'],
    [
      'a short one as a whole word',
      's3cret-1',
      'you sent s3cret-1, "s3cret-1"',
      'you sent [credential], "[credential]"',
    ],
    ['a short one not within a word', 'secret', 'secrets is forbidden: unsecret', 'secrets is forbidden: unsecret'],
    ['a short one beyond ASCII', 'tökeńs', 'tökeńs tökeńsü', '[credential] tökeńsü'],
    ['a short one with signs', 'a+b(c)$', 'is a+b(c)$ here', 'is [credential] here'],
    ['a very short one, and no name that begins with it', 'j', 'User "jane" sent j', 'User "jane" sent [credential]'],
    ['one in JSON', 'pw', '{"password":"pw"}', '{"password":"[credential]"}'],
    ['one that a pattern would expand', '^$&$1.*', 'it is ^$&$1.*', 'it is [credential]'],
  ])('%s', ([, secret, text, wanted]) => {
    expect(masked(text, [secret])).toBe(wanted);
  });

  test('several are masked', () => {
    expect(masked(`${LONG} passw0rd`, ['passw0rd', LONG])).toBe('[credential] [credential]');
  });
});
