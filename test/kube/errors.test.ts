import { describe, expect, test } from 'vitest';
import { foreignAnswer, statusError } from '../../src/kube/errors.ts';
import { networkError } from '../../src/kube/network-errors.ts';

describe('an answer with a Status reads as kubectl prints it', () => {
  test.each([
    [
      403,
      { reason: 'Forbidden', message: 'nodes is forbidden: User "jane" cannot list resource "nodes"' },
      'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes"',
    ],
    [
      401,
      { reason: 'Unauthorized', message: 'Unauthorized' },
      'error: You must be logged in to the server (Unauthorized)',
    ],
    [500, { message: 'etcd is down' }, 'Error from server: etcd is down'],
    [504, {}, 'Error from server: the server answered with HTTP status 504'],
    [
      422,
      {
        reason: 'Invalid',
        message: 'unused',
        details: { kind: 'Pod', name: 'p', causes: [{ field: 'spec.x', message: 'Forbidden: no' }] },
      },
      'The Pod "p" is invalid: spec.x: Forbidden: no',
    ],
    [
      422,
      {
        reason: 'Invalid',
        details: {
          kind: 'Pod',
          name: 'p',
          causes: [
            { field: 'a', message: '1' },
            { field: 'b', message: '2' },
            { field: 'a', message: '1' },
          ],
        },
      },
      'The Pod "p" is invalid: [a: 1, b: 2]',
    ],
  ])('%i %j', (code, status, message) => {
    const error = statusError(code, status);
    expect(error.message).toBe(message);
    expect(error.status).toBe(code);
  });
});

test('control characters of an answer do not reach the terminal', () => {
  const error = statusError(500, { reason: 'InternalError', message: '\u001b[2Jone\r\ntwo\u202e\u0007three' });
  expect(error.message).toBe('Error from server (InternalError): [2Jone two three');
});

test("a page that is not the API's is named by its title", () => {
  const page = '<html><head><title>Sign in\nplease</title></head><body>…</body></html>';
  expect(foreignAnswer('k8s:6443', 200, 'text/html; charset=utf-8', page).message).toBe(
    'error: k8s:6443 answered with HTTP 200, text/html: "Sign in please", which is not an answer of the Kubernetes API',
  );
  expect(foreignAnswer('k8s:6443', 502, '', '').message).toContain('HTTP 502, no content type: an empty body');
});

describe('a failed connection reads as kubectl prints it', () => {
  const coded = (code: string, more: object = {}) => Object.assign(new Error('as node has it'), { code, ...more });
  test.each([
    [
      coded('ECONNREFUSED'),
      'The connection to the server k8s:6443 was refused - did you specify the right host or port?',
    ],
    [coded('ENOTFOUND'), 'Unable to connect to the server: dial tcp: lookup k8s: no such host'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'Unable to connect to the server: dial tcp k8s:6443: i/o timeout'],
    [coded('EHOSTUNREACH'), 'Unable to connect to the server: dial tcp k8s:6443: connect: no route to host'],
    [
      coded('SELF_SIGNED_CERT_IN_CHAIN'),
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      coded('CERT_HAS_EXPIRED'),
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    ],
    [
      coded('ERR_TLS_CERT_ALTNAME_INVALID', { host: 'k8s', cert: { subjectaltname: 'DNS:a, IP Address:10.0.0.1' } }),
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate is valid for a, 10.0.0.1, not k8s',
    ],
    [
      coded('UND_ERR_PRX', { cause: coded('ENETUNREACH') }),
      'Unable to connect to the server: dial tcp k8s:6443: connect: network is unreachable',
    ],
    [coded('UNHEARD_OF'), 'Unable to connect to the server: as node has it'],
  ])('%s', (error, message) => {
    expect(networkError(error, 'k8s:6443').message).toBe(message);
  });

  test('an error that is its own cause is no endless loop', () => {
    const error: Error & { code?: string } = coded('EPIPE');
    error.cause = error;
    expect(networkError(error, 'h').code).toBe('EPIPE');
  });
});
