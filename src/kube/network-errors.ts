import type { PeerCertificate } from 'node:tls';
import { messageOf } from '../errors.ts';
import { run } from '../text/advice.ts';
import { KubeError, printable } from './errors.ts';
import { type ProxyServer, proxyTries } from './proxy.ts';

const TRY_CA =
  "check certificate-authority in the kubeconfig: its cluster may have been rebuilt, or a proxy replaces the server's certificate";
// With -v=6 kubectl prints the address that it asks; config view shows the kubeconfig's, whatever --server says.
const TRY_ADDRESS = [run('kubectl get --raw /readyz -v=6', 'see which address is asked, and what it answers')];

/** Of OpenSSL's verification, in the codes that Node gives its results. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|PATH_LENGTH)/;
const NOT_TLS = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/** Codes after which the same request may succeed at once: the connection broke, the server did not refuse. */
const BROKEN = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'EAI_AGAIN'];

/** Codes of a server that is not there. Worth a repetition only when it has been there before in this run: it restarts. */
const ABSENT = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ENOTFOUND'];

/**
 * What a network or TLS failure comes down to: the innermost error with a code, since proxies wrap the cause in errors of their own.
 * Undefined: it is none. Bounded: a cause may refer to itself.
 */
export function innermost(
  error: unknown,
): (Error & { code: string; reason?: string; cert?: PeerCertificate }) | undefined {
  let found: ReturnType<typeof innermost>;
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < 8; depth++, cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') found = cause as typeof found;
  }
  return found;
}

/** Whether to repeat a request that failed with this code; `answeredBefore` = the server has answered in this run. */
export function isTransient(code: string | undefined, answeredBefore: boolean): boolean {
  return code !== undefined && (BROKEN.includes(code) || (answeredBefore && ABSENT.includes(code)));
}

/**
 * The KubeError for a call that `host` (host:port) did not answer in time; `timeoutMs` is what it had. A proxy that swallows what it is
 * sent is not told from a server that does.
 */
export function timeoutError(host: string, timeoutMs: number, proxy?: ProxyServer): KubeError {
  const words = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
  const tries = [run('kubectl get --raw /readyz'), 'or wait longer for it: --request-timeout'];
  return new KubeError(
    `Unable to connect to the server: ${words}: no answer from ${host} within ${timeoutMs / 1000}s`,
    { code: 'ETIMEDOUT', tries: [...tries, ...(proxy ? proxyTries(proxy, host) : [])] },
  );
}

/** The KubeError for a request that got no answer from `host` (host:port), to which `proxy` was to lead: in Node's words, mostly. */
export function networkError(error: unknown, host: string, proxy?: ProxyServer): KubeError {
  const cause = innermost(error);
  const code = cause?.code ?? '';
  const around = proxy ? proxyTries(proxy, host) : TRY_ADDRESS;
  if (code === 'ECONNREFUSED' && !proxy) {
    const message = `The connection to the server ${host} was refused - did you specify the right host or port?`;
    return new KubeError(message, { code, tries: TRY_ADDRESS, cause: error });
  }
  // OpenSSL's own lines are about its source.
  const said = cause?.reason ?? (messageOf(cause ?? error) || code);
  const text = NOT_TLS.includes(code) ? 'http: server gave HTTP response to HTTPS client' : said;
  const names = cause?.cert?.subjectaltname ?? 'no name';
  const rename = `its certificate is for ${printable(names)}: if this is the right server, name one of them with --tls-server-name`;
  const tries = CERTIFICATE.test(code) ? [TRY_CA] : code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? [rename] : around;
  return new KubeError(printable(`Unable to connect to the server: ${text}`), { code, tries, cause: error });
}
