import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { messageOf } from '../errors.ts';
import { fileError } from '../text/file-error.ts';
import type { ConnectionOptions } from './connection.ts';
import { credentialError } from './errors.ts';
import { type Login, runExecPlugin } from './exec-plugin.ts';
import type { Connection } from './kubeconfig.ts';
import { checkClientTls, type TlsOptions } from './tls-material.ts';

/** What authenticates requests: headers, and how connections are made. */
export interface Credential {
  headers: Record<string, string | string[]>;
  tls: TlsOptions;
  /** Texts that no message may contain. */
  secrets: string[];
  /** Milliseconds since 1970; undefined when it holds for the whole run. */
  expiresAt: number | undefined;
}

/** How long a token file or a login provider is trusted before it is asked again: what client-go does. */
const REREAD_MS = 60_000;

/** The token that the file has now; one that the kubeconfig has itself is for when the file cannot be read. */
function tokenFromFile(file: string, known: string | undefined): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || known;
  } catch (error) {
    if (known !== undefined) return known;
    throw credentialError(`failed to read token file "${file}": open ${file}: ${fileError(error)}`);
  }
}

/** The token of an OpenID Connect provider, which the Kubernetes client refreshes. */
async function oidcToken({ user }: Connection): Promise<string | undefined> {
  // It is seldom needed, and brings the whole client along.
  const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
  const options = { headers: {} as Record<string, string> };
  try {
    await new OpenIDConnectAuth().applyAuthentication(
      { name: user.name, authProvider: user['auth-provider'] },
      options,
    );
    return options.headers.Authorization?.replace(/^Bearer /, '');
  } catch (error) {
    throw credentialError(`oidc: ${messageOf(error)}`);
  }
}

async function logIn(
  connection: Connection,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onPlugin: ConnectionOptions['onPlugin'],
): Promise<Login> {
  const { user, exec } = connection;
  const expiresAt = Date.now() + REREAD_MS;
  if (user.tokenFile !== undefined) return { token: tokenFromFile(user.tokenFile, user.token), expiresAt };
  if (exec !== undefined) {
    const ended = onPlugin?.();
    try {
      return await runExecPlugin(exec, connection, env, signal);
    } finally {
      ended?.();
    }
  }
  if (user.token !== undefined || user['auth-provider'] === undefined) return { token: user.token };
  return { token: await oidcToken(connection), expiresAt };
}

async function credential(connection: Connection, login: Promise<Login>): Promise<Credential> {
  const { user } = connection;
  const { token, certificate, expiresAt } = await login;
  const material = { ...connection.tls, ...certificate };
  checkClientTls(material, certificate ? `the credential plug-in ${connection.exec?.command}` : `user "${user.name}"`);
  const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
  const isBasic = token === undefined && user.username !== undefined;
  const authorization = isBasic ? `Basic ${pair}` : token && `Bearer ${token}`;
  // Node does not read the system's by itself. Only when they are needed: that takes 60 ms.
  const system = () => [...getCACertificates('default'), ...getCACertificates('system')];
  const ca = material.ca ?? (material.rejectUnauthorized ? system() : undefined);
  return {
    headers: { ...connection.impersonation, ...(authorization && { Authorization: authorization }) },
    tls: { ...material, ca },
    secrets: [authorization?.split(' ')[1], user.password].flatMap((secret) => secret || []),
    expiresAt,
  };
}

/**
 * The credential of one run. It is obtained once however many requests ask for it at the same time, again when it expires,
 * and once more when the server refuses it.
 */
export class Credentials {
  readonly #obtain: () => Promise<Credential>;
  readonly #renewable: boolean;
  readonly #closing = new AbortController();
  /** The login that holds, or is under way; undefined once it has to be replaced. */
  #login: { pending: Promise<Credential>; obtained?: Credential } | undefined;
  /** Not of one that replaced a refused one until the server has taken it, or each request would start a plug-in. */
  #mayBeReplaced = true;

  constructor(connection: Connection, env: NodeJS.ProcessEnv, onPlugin?: ConnectionOptions['onPlugin']) {
    const { exec, user } = connection;
    const { signal } = this.#closing;
    this.#renewable = (exec ?? user.tokenFile ?? user['auth-provider']) !== undefined;
    this.#obtain = () => credential(connection, logIn(connection, env, signal, onPlugin));
  }

  /** The credential to use now. Rejects with a KubeError when it cannot be obtained; the next call tries anew. */
  async get(): Promise<Credential> {
    const { expiresAt = Number.POSITIVE_INFINITY } = this.#login?.obtained ?? {};
    if (expiresAt <= Date.now()) {
      this.#login = undefined;
      this.#mayBeReplaced = true;
    }
    this.#login ??= { pending: this.#obtain() };
    const login = this.#login;
    try {
      login.obtained = await login.pending;
      return login.obtained;
    } catch (error) {
      if (this.#login === login) this.#login = undefined;
      throw error;
    }
  }

  /** Says that the server took the credential. */
  accept(used: Credential): void {
    if (used === this.#login?.obtained) this.#mayBeReplaced = true;
  }

  /** Says that the server answered 401. True when a request is worth repeating with get(): that gives or obtains another credential. */
  refuse(used: Credential): boolean {
    if (!this.#renewable || this.#closing.signal.aborted) return false;
    if (used !== this.#login?.obtained) return true;
    if (!this.#mayBeReplaced) return false;
    this.#login = undefined;
    this.#mayBeReplaced = false;
    return true;
  }

  /** Ends a plug-in that is still running. */
  close(): void {
    this.#closing.abort(credentialError('the run ended'));
  }
}
