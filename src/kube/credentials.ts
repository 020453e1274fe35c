import { readFileSync } from 'node:fs';
import type { AgentOptions, RequestOptions } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { DispatcherOptions, User } from '@kubernetes/client-node';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { messageOf } from '../errors.ts';
import type { ConnectionOptions } from './connection.ts';
import { credentialError, KubeError } from './errors.ts';
import { type PluginCredential, runExecPlugin } from './exec-plugin.ts';
import type { Connection } from './kubeconfig.ts';
import type { ExecConfig } from './kubeconfig-document.ts';
import { tlsMaterialError } from './tls-material.ts';

/** What authenticates requests: headers, and how connections are made. */
export interface Credential {
  headers: Record<string, string | string[]>;
  dispatcher: DispatcherOptions;
  /** Texts that no message may contain. */
  secrets: string[];
  /** Milliseconds since 1970; undefined when it holds for the whole run. */
  expiresAt: number | undefined;
}

/** How long a token file or a login provider of client-node is trusted before it is asked again: what client-go does. */
const REREAD_MS = 60_000;

const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Login {
  user: Partial<User>;
  expiresAt?: number;
}

/** The token that the file has now; one that the kubeconfig has itself is for when the file cannot be read. */
function tokenFromFile(file: string, { token: known }: User): Partial<User> {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return token === '' ? {} : { token };
  } catch (error) {
    if (known !== undefined) return {};
    throw credentialError(`failed to read token file "${file}": ${(error as NodeJS.ErrnoException).code}`);
  }
}

async function runPlugin(
  exec: ExecConfig,
  connection: Connection,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onPlugin: ConnectionOptions['onPlugin'],
): Promise<PluginCredential> {
  const ended = onPlugin?.();
  try {
    return await runExecPlugin(exec, connection, env, signal);
  } finally {
    ended?.();
  }
}

async function logIn(
  connection: Connection,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onPlugin: ConnectionOptions['onPlugin'],
): Promise<Login> {
  if (connection.tokenFile !== undefined) {
    return { user: tokenFromFile(connection.tokenFile, connection.user), expiresAt: Date.now() + REREAD_MS };
  }
  if (connection.exec !== undefined) {
    const { token, certificate, expiresAt } = await runPlugin(connection.exec, connection, env, signal, onPlugin);
    return {
      user: {
        ...(token !== undefined ? { token } : {}),
        ...(certificate !== undefined ? { certData: base64(certificate.cert), keyData: base64(certificate.key) } : {}),
      },
      ...(expiresAt !== undefined ? { expiresAt } : {}),
    };
  }
  return connection.user.authProvider ? { user: {}, expiresAt: Date.now() + REREAD_MS } : { user: {} };
}

/** The TLS part of what client-node filled in. A kubeconfig without an authority means the system's, which Node does not read by itself. */
function tlsOptions(options: RequestOptions, server: string): AgentOptions {
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const unverified = rejectUnauthorized === false || !server.startsWith('https:');
  // Only when they are needed: reading the system's takes 60 ms.
  const roots = () => (unverified ? undefined : [...getCACertificates('default'), ...getCACertificates('system')]);
  return { ca: ca ?? roots(), cert, key, rejectUnauthorized, servername };
}

/** Has client-node turn cluster and user into headers and TLS options. */
async function credential(connection: Connection, login: Login): Promise<Credential> {
  const config = new KubeConfig();
  const user: User = { ...connection.user, ...login.user };
  config.loadFromOptions({
    clusters: [connection.cluster],
    users: [user],
    contexts: [{ name: 'current', cluster: connection.cluster.name, user: user.name }],
    currentContext: 'current',
  });
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    if (error instanceof KubeError) throw error;
    throw credentialError(`${user.authProvider?.name ?? 'kubeconfig'}: ${messageOf(error)}`);
  }
  const unusable = tlsMaterialError(options, connection.cluster, user, connection.exec?.command);
  if (unusable) throw unusable;
  const headers: Record<string, string | string[]> = { ...connection.impersonation };
  const bearer = (options.headers as Record<string, string> | undefined)?.Authorization;
  const basic = options.auth ? `Basic ${base64(options.auth)}` : undefined;
  const { urlLogin } = connection;
  const inUrl = urlLogin && `Basic ${base64(`${urlLogin.username}:${urlLogin.password}`)}`;
  const authorization = inUrl ?? bearer ?? basic;
  if (authorization !== undefined) headers.Authorization = authorization;
  return {
    headers,
    dispatcher: config.createDispatcherOptions(connection.cluster, tlsOptions(options, connection.server)),
    secrets: [authorization?.split(' ')[1], user.password, urlLogin?.password].flatMap((secret) => secret || []),
    expiresAt: login.expiresAt,
  };
}

interface Current {
  pending: Promise<Credential>;
  /** Whether this one replaced a refused one, and whether the server has taken it since. */
  replacement: boolean;
  accepted: boolean;
}

/**
 * The credential of one run. It is obtained once however many requests ask for it at the same time, again when it expires,
 * and once more when the server refuses it.
 */
export class Credentials {
  readonly #obtain: (signal: AbortSignal) => Promise<Credential>;
  readonly #renewable: boolean;
  readonly #closing = new AbortController();
  #current: Current | undefined;

  constructor(connection: Connection, env: NodeJS.ProcessEnv, onPlugin?: ConnectionOptions['onPlugin']) {
    this.#renewable = Boolean(connection.exec ?? connection.tokenFile ?? connection.user.authProvider);
    this.#obtain = async (signal) => credential(connection, await logIn(connection, env, signal, onPlugin));
  }

  /** The credential to use now. Rejects with a KubeError when it cannot be obtained; the next call tries anew. */
  async get(): Promise<Credential> {
    const current = this.#current;
    if (current === undefined) return this.#start(false);
    const known = await current.pending;
    if (known.expiresAt === undefined || known.expiresAt > Date.now()) return known;
    // Somebody else may have started the renewal while this call waited.
    return this.#current === current ? this.#start(false) : this.get();
  }

  /** Says that the server took the credential. */
  accept(used: Credential): void {
    void this.#isCurrent(used, (current) => {
      current.accepted = true;
    });
  }

  /**
   * Says that the server answered 401. True when a request is worth repeating with get(): another credential is there or will
   * be obtained. A replacement that was never accepted is not replaced again, or each request would start a plug-in.
   */
  async refuse(used: Credential): Promise<boolean> {
    if (!this.#renewable || this.#closing.signal.aborted) return false;
    let worth = true;
    await this.#isCurrent(used, (current) => {
      worth = current.accepted || !current.replacement;
      if (worth) this.#start(true).catch(() => undefined);
    });
    return worth;
  }

  /** Ends a plug-in that is still running. */
  close(): void {
    this.#closing.abort(credentialError('the run ended'));
  }

  async #isCurrent(used: Credential, then: (current: Current) => void): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    const known = await current.pending.catch(() => undefined);
    if (known === used && this.#current === current) then(current);
  }

  #start(replacement: boolean): Promise<Credential> {
    const pending = this.#obtain(this.#closing.signal);
    const started: Current = { pending, replacement, accepted: false };
    this.#current = started;
    pending.catch(() => {
      if (this.#current === started) this.#current = undefined;
    });
    return pending;
  }
}
