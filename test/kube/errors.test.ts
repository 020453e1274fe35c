import { describe, expect, test } from 'vitest';
import { foreignAnswer, statusError } from '../../src/kube/errors.ts';
import { networkError } from '../../src/kube/network-errors.ts';
import { worded } from '../support/worded.ts';

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
      { reason: 'Invalid', message: 'Pod "p" is invalid: spec.x: Forbidden: no' },
      'Error from server (Invalid): Pod "p" is invalid: spec.x: Forbidden: no',
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
  expect(
    foreignAnswer('k8s:6443', { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, text: page })
      .message,
  ).toBe(
    'error: k8s:6443 answered with HTTP 200, text/html: "Sign in please", which is not an answer of the Kubernetes API',
  );
  expect(foreignAnswer('k8s:6443', { status: 502, headers: {}, text: '' }).message).toContain(
    'HTTP 502, no content type: an empty body',
  );
});

describe('a failed connection is told in the words of Node, but for one that is refused', () => {
  const coded = (code: string, more: object = {}) => Object.assign(new Error('as node has it'), { code, ...more });
  const proxy = { url: 'http://me:secret@proxy:3128/', from: 'HTTPS_PROXY' };
  const unable = (words: string) => `Unable to connect to the server: ${words}`;
  test.each<[Error, { url: string; from: string } | undefined, string, RegExp]>([
    [
      coded('ECONNREFUSED'),
      undefined,
      'The connection to the server k8s:6443 was refused - did you specify the right host or port?',
      /which address is asked/,
    ],
    [coded('ECONNREFUSED'), proxy, unable('as node has it'), /through the proxy http:\/\/proxy:3128, .*HTTPS_PROXY/],
    [coded('ENOTFOUND'), undefined, unable('as node has it'), /which address is asked/],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), proxy, unable('as node has it'), /certificate-authority in the kubeconfig/],
    [coded('CERT_HAS_EXPIRED'), undefined, unable('as node has it'), /certificate-authority in the kubeconfig/],
    [
      coded('ERR_TLS_CERT_ALTNAME_INVALID', { reason: 'not in the list', cert: { subjectaltname: 'DNS:a\u001b' } }),
      undefined,
      unable('not in the list'),
      /certificate is for DNS:a: .*--tls-server-name/,
    ],
    [
      coded('ERR_SSL_WRONG_VERSION_NUMBER', { reason: 'wrong version number' }),
      undefined,
      unable('http: server gave HTTP response to HTTPS client'),
      /which address is asked/,
    ],
    [
      coded('UND_ERR_PRX', { cause: coded('ENETUNREACH', { message: 'the innermost' }) }),
      undefined,
      unable('the innermost'),
      /which address is asked/,
    ],
    [coded('ENETUNREACH', { message: '' }), undefined, unable('ENETUNREACH'), /which address is asked/],
  ])('%s, proxy %j', (error, through, message, advice) => {
    const found = networkError(error, 'k8s:6443', through);
    expect(found.message).toBe(message);
    expect(worded(found.tries).join('\n')).toMatch(advice);
    expect(JSON.stringify(found.tries)).not.toContain('secret');
  });

  test('an error that is its own cause is no endless loop', () => {
    const error: Error & { code?: string } = coded('EPIPE');
    error.cause = error;
    expect(networkError(error, 'h').code).toBe('EPIPE');
  });
});
