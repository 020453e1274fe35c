import { STATUS_CODES } from 'node:http';
import { messageOf } from '../errors.ts';
import { KubeError, printable } from './errors.ts';
import { type NamedProxy, proxyTries } from './proxy.ts';
import { ProxyError } from './tunnel.ts';

const UNKNOWN_AUTHORITY = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
const OUTDATED = 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
const NOT_TLS = 'http: server gave HTTP response to HTTPS client';

const TRY_CA = [
  "check certificate-authority in the kubeconfig: its cluster may have been rebuilt, or a proxy replaces the server's certificate",
];
const TRY_ADDRESS = ["check the server's address: kubectl config view --minify", 'kubectl get --raw /readyz'];

/** Go's words by Node's error code; `h` is host:port of the server. */
const WORDS: Record<string, (h: string) => string> = {
  ENOTFOUND: (h) => `dial tcp: lookup ${h.replace(/:\d+$/, '')}: no such host`,
  EAI_AGAIN: (h) => `dial tcp: lookup ${h.replace(/:\d+$/, '')}: Temporary failure in name resolution`,
  EHOSTUNREACH: (h) => `dial tcp ${h}: connect: no route to host`,
  ENETUNREACH: (h) => `dial tcp ${h}: connect: network is unreachable`,
  ETIMEDOUT: (h) => `dial tcp ${h}: i/o timeout`,
  UND_ERR_CONNECT_TIMEOUT: (h) => `dial tcp ${h}: i/o timeout`,
  ECONNRESET: (h) => `read tcp ${h}: connection reset by peer`,
  EPIPE: (h) => `write tcp ${h}: broken pipe`,
  UND_ERR_SOCKET: () => 'EOF',
  DEPTH_ZERO_SELF_SIGNED_CERT: () => UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: () => UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: () => UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: () => UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: () => OUTDATED,
  CERT_NOT_YET_VALID: () => OUTDATED,
  ERR_SSL_WRONG_VERSION_NUMBER: () => NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: () => NOT_TLS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: () => 'remote error: tls: certificate required',
  ERR_SSL_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: () => 'remote error: tls: certificate required',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: () => 'remote error: tls: bad certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: () => 'remote error: tls: unknown certificate authority',
};

const CERTIFICATE = new Set([UNKNOWN_AUTHORITY, OUTDATED]);

/** Codes after which the same request may succeed at once: the connection broke, the server did not refuse. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'EAI_AGAIN']);

/** Codes of a server that is not there. Worth a repetition only when it has been there before in this run: it restarts. */
const ABSENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENOTFOUND',
]);

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The chain of an error and its causes, the outermost first. Bounded, because a cause may refer to itself. */
function chain(error: unknown): unknown[] {
  const all: unknown[] = [];
  for (let e = error; e !== undefined && all.length < 8; e = property(e, 'cause')) all.push(e);
  return all;
}

/** The code of a network or TLS failure: the innermost that has words, since proxies wrap the cause in errors of their own. */
export function errorCode(error: unknown): string | undefined {
  const codes = chain(error)
    .map((e) => property(e, 'code'))
    .filter((code) => typeof code === 'string');
  return codes.findLast((code) => code in WORDS || code === 'ECONNREFUSED' || code.startsWith('ERR_TLS')) ?? codes[0];
}

/** Whether to repeat a request that failed with this code; `answeredBefore` = the server has answered in this run. */
export function isTransient(code: string | undefined, answeredBefore: boolean): boolean {
  if (code === undefined) return false;
  return BROKEN.has(code) || (answeredBefore && ABSENT.has(code));
}

function wrongName(error: unknown): string | undefined {
  const found = chain(error).find((e) => property(e, 'code') === 'ERR_TLS_CERT_ALTNAME_INVALID');
  if (found === undefined) return undefined;
  const names = String(property(property(found, 'cert'), 'subjectaltname') ?? '').replace(/(?:DNS|IP Address):/g, '');
  return `tls: failed to verify certificate: x509: certificate is valid for ${names || 'no name'}, not ${String(property(found, 'host'))}`;
}

/** The words for a failure on the way to `host`; undefined when nobody knows any. */
function wordsFor(error: unknown, host: string): string | undefined {
  const code = errorCode(error);
  if (code === 'ECONNREFUSED') return `dial tcp ${host}: connect: connection refused`;
  return wrongName(error) ?? (code === undefined ? undefined : WORDS[code]?.(host));
}

/** A proxy that is not there, or does not let pass. */
function proxyFailure(failure: ProxyError, error: unknown, host: string, proxy: NamedProxy): KubeError {
  const { status } = failure;
  const said = status === undefined ? undefined : `the proxy answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const what = said ?? wordsFor(error, proxy.host) ?? failure.message;
  // Go's words are not even about a proxy then.
  const text = status === 407 ? 'Proxy Authentication Required' : `proxyconnect tcp: ${what}`;
  const tries = proxyTries(proxy, host, status);
  return new KubeError(printable(`Unable to connect to the server: ${text}`), {
    code: errorCode(error),
    tries,
    cause: error,
  });
}

/** The KubeError for a request that got no answer from `host` (host:port), to which `proxy` was to lead. */
export function networkError(error: unknown, host: string, proxy?: NamedProxy): KubeError {
  const code = errorCode(error);
  const failure = chain(error).find((e) => e instanceof ProxyError);
  if (failure !== undefined && proxy !== undefined) return proxyFailure(failure, error, host, proxy);
  if (code === 'ECONNREFUSED') {
    const message = `The connection to the server ${host} was refused - did you specify the right host or port?`;
    return new KubeError(message, { code, tries: TRY_ADDRESS, cause: error });
  }
  const name = wrongName(error);
  if (name !== undefined) {
    const tries = ['name the certificate with --tls-server-name, if this is the right server'];
    return new KubeError(printable(`Unable to connect to the server: ${name}`), { code, tries, cause: error });
  }
  const text = wordsFor(error, host) ?? messageOf(error);
  const tries = CERTIFICATE.has(text) ? TRY_CA : TRY_ADDRESS;
  return new KubeError(printable(`Unable to connect to the server: ${text}`), { code, tries, cause: error });
}
