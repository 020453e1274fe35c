/**
 * What can go wrong between this program and an API server, in the words that kubectl uses for it, so that a
 * search for the message finds the same answers.
 */

import { type Advice, run } from '../text/advice.ts';

/** A failed call. `message` is complete, its "error: " prefix included, free of control characters and of credentials. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** HTTP status of the answer. */
  declare readonly status?: number | undefined;
  /** `reason` of the Kubernetes Status object, such as Forbidden or AlreadyExists. */
  declare readonly reason?: string | undefined;
  /** Error code of a network or TLS failure, such as ECONNREFUSED. */
  declare readonly code?: string | undefined;
  /** The header of that name. */
  declare readonly retryAfter?: string | undefined;
  /** What to try next. */
  readonly tries: readonly Advice[] = [];

  constructor(message: string, { cause, ...details }: Partial<Omit<KubeError, keyof Error>> & ErrorOptions = {}) {
    super(message, { cause });
    Object.assign(this, details);
  }
}

/** An answer whose body was read to its end. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** The one value of a header, the first if it was sent several times. */
export function header(headers: Answer['headers'], name: string): string | undefined {
  return [headers[name]].flat()[0];
}

/** The fields of a Kubernetes Status object (kind Status, apiVersion v1) that messages are made of. */
export interface Status {
  message?: string;
  reason?: string;
  code?: number;
}

const MESSAGE_LIMIT = 2000;

/** Text of a server made fit for a terminal: one line, no control characters, at most `limit` characters. */
export function printable(text: string, limit: number = MESSAGE_LIMIT): string {
  const line = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

const TRIES_BY_STATUS: Record<number, readonly Advice[]> = {
  401: [run('kubectl auth whoami'), 'log in again, or name another user with --user or --context'],
  403: [run('kubectl auth can-i --list'), 'name another user with --context, --user or --as'],
  404: [run('kubectl config view --minify', "check the API server's address")],
  429: ['the API server is overloaded: try again later, or with a lower --concurrency'],
  503: [run('kubectl get --raw /readyz')],
};

/** A refused impersonation in the authorizer's own words: who may not, and what the right is for, such as userextras/scopes. */
export type RefusedImpersonation = Record<'user' | 'group' | 'resource' | 'name', string>;

/** Undefined for a refusal of anything else. */
export function refusedImpersonation(message: string): RefusedImpersonation | undefined {
  const words =
    /"(?<name>[^"]*)" is forbidden: User "(?<user>[^"]*)" cannot impersonate resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"/;
  return words.exec(message)?.groups as RefusedImpersonation | undefined;
}

function triesFor(httpStatus: number, message: string): readonly Advice[] {
  const refused = httpStatus === 403 ? refusedImpersonation(message) : undefined;
  if (refused === undefined) return TRIES_BY_STATUS[httpStatus] ?? [];
  const { user, resource, name } = refused;
  return [
    `${user} may not impersonate ${resource} "${name}": an administrator can grant that, with a rule for the verb impersonate`,
    'or do not impersonate: leave out --as, --as-group and --as-uid, and the fields as, as-groups and as-uid of the kubeconfig',
  ];
}

/** The error for an answer that carries a Status object. */
export function statusError(httpStatus: number, status: Status, retryAfter?: string): KubeError {
  const text = status.message || `the server answered with HTTP status ${httpStatus}`;
  const message =
    httpStatus === 401
      ? `error: You must be logged in to the server (${text})`
      : status.reason
        ? `Error from server (${status.reason}): ${text}`
        : `Error from server: ${text}`;
  return new KubeError(printable(message), {
    status: httpStatus,
    reason: status.reason,
    retryAfter,
    tries: triesFor(httpStatus, message),
  });
}

/** The error for an answer that no Kubernetes API gives: a proxy's page, a login form, text that is not JSON. */
export function foreignAnswer(host: string, answer: Answer): KubeError {
  const { status: httpStatus, headers, text: body } = answer;
  const contentType = header(headers, 'content-type') ?? '';
  const title = /<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? body.replace(/<[^>]*>/g, ' ');
  const excerpt = printable(title, 120);
  const kind = printable(contentType.split(';')[0] ?? '', 60) || 'no content type';
  const what = excerpt === '' ? 'an empty body' : `"${excerpt}"`;
  const message =
    httpStatus === 401
      ? `error: You must be logged in to the server (HTTP 401, ${kind}: ${what})`
      : `error: ${host} answered with HTTP ${httpStatus}, ${kind}: ${what}, which is not an answer of the Kubernetes API`;
  return new KubeError(message, {
    status: httpStatus,
    retryAfter: header(headers, 'retry-after'),
    tries: [
      run('kubectl get --raw /version', 'a proxy or a login page may stand between here and the API server'),
      run('kubectl config view --minify', 'check server and proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY'),
    ],
  });
}

/** An error in the kubeconfig or in flags. `message` comes without `prefix`. */
export function configurationError(message: string, tries: readonly Advice[], prefix = 'error: '): KubeError {
  return new KubeError(printable(prefix + message), { tries });
}

/** The error for a credential that could not be obtained; `message` says which step failed and never holds plug-in output. */
export function credentialError(message: string, tries: readonly Advice[] = []): KubeError {
  return new KubeError(printable(`Unable to connect to the server: getting credentials: ${message}`), {
    code: 'ECREDENTIAL',
    tries,
  });
}
