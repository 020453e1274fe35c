import { spawn } from 'node:child_process';
import type { CredentialStatus } from '@kubernetes/client-node/dist/exec_auth.js';
import { parseJson } from '../text/structured.ts';
import { credentialError } from './errors.ts';
import type { Connection, ExecPlugin } from './kubeconfig.ts';

/** What a login comes to: a token, a client certificate with its key, both, or nothing. */
export interface Login {
  token?: string | undefined;
  certificate?: { cert: string; key: string };
  /** Milliseconds since 1970; absent when the credential does not expire. */
  expiresAt?: number;
}

const OUTPUT_LIMIT = 1024 * 1024;
/** A plug-in may wait for a person who logs in with a browser. */
const PLUGIN_TIMEOUT_MS = 5 * 60_000;

function clusterInfo({ server, tls, proxy, execClusterConfig, compression }: Connection): Record<string, unknown> {
  return {
    server,
    'tls-server-name': tls.servername,
    'insecure-skip-tls-verify': !tls.rejectUnauthorized || undefined,
    'certificate-authority-data': tls.ca?.toString('base64'),
    'proxy-url': proxy?.url,
    'disable-compression': !compression || undefined,
    config: execClusterConfig ?? null,
  };
}

/** The environment's KUBERNETES_EXEC_INFO: plug-ins choose API version and dialogue by it. */
function execInfo(exec: ExecPlugin, connection: Connection, interactive: boolean): string {
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive, ...(exec.provideClusterInfo ? { cluster: clusterInfo(connection) } : {}) },
  });
}

function isInteractive({ interactiveMode }: ExecPlugin): boolean {
  if (interactiveMode === 'Always' && !process.stdin.isTTY) {
    throw credentialError('exec plugin cannot support interactive mode: standard input is not a terminal');
  }
  return interactiveMode !== 'Never' && process.stdin.isTTY === true;
}

function startError(exec: ExecPlugin, error: NodeJS.ErrnoException): Error {
  // The search of the PATH says EACCES when it found nothing and may not read one of the directories; kubectl passes over such.
  const missing = error.code === 'ENOENT' || (error.code === 'EACCES' && !exec.command.includes('/'));
  if (!missing) return credentialError(`exec: executable ${exec.command} failed: ${error.code ?? error.message}`);
  return credentialError(`exec: executable ${exec.command} not found`, [
    'install the credential plug-in that this kubeconfig names, or put it on the PATH',
    ...(exec.installHint !== undefined ? [exec.installHint] : []),
  ]);
}

/**
 * Runs the credential plug-in of a connection once. Its standard error is the user's: login prompts appear there. client-node's own runner
 * is not used: it tells the plug-in nothing (no KUBERNETES_EXEC_INFO), hides its prompts, cannot be ended, and caches without a way to say
 * that a token was refused.
 */
export async function runExecPlugin(
  exec: ExecPlugin,
  connection: Connection,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Login> {
  const interactive = isInteractive(exec);
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(exec.command, exec.args ?? [], {
    env: { ...env, ...own, KUBERNETES_EXEC_INFO: execInfo(exec, connection, interactive) },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(PLUGIN_TIMEOUT_MS)]),
    killSignal: 'SIGKILL',
  });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > OUTPUT_LIMIT) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  child.on('error', (error: NodeJS.ErrnoException) => {
    // A child of the plug-in's own may still hold the pipe, and would keep this process from ending.
    child.stdout?.destroy();
    child.unref();
    if (signal.aborted) reject(signal.reason);
    else if (error.name === 'AbortError')
      reject(credentialError(`exec: executable ${exec.command} took longer than ${PLUGIN_TIMEOUT_MS / 1000}s`));
    else reject(startError(exec, error));
  });
  child.on('close', (code) => {
    if (code === 0 && size <= OUTPUT_LIMIT) return resolve(Buffer.concat(chunks).toString('utf8'));
    const what =
      size > OUTPUT_LIMIT ? `printed more than ${OUTPUT_LIMIT} bytes` : `failed with exit code ${code ?? 'unknown'}`;
    const tries = ['run it by hand to see why, or log in again'];
    reject(credentialError(`exec: executable ${exec.command} ${what}`, tries));
  });
  return parseExecCredential(await promise, exec.apiVersion);
}

type ExecCredential = { kind?: unknown; apiVersion?: unknown; status?: Partial<CredentialStatus> };

/** Reads an ExecCredential. A message never quotes the output, not even through a JSON parser's error: it is a secret. */
export function parseExecCredential(output: string, apiVersion: string): Login {
  const credential: ExecCredential | undefined = parseJson(output);
  if (credential === undefined) throw credentialError('decoding stdout: the exec plugin printed no JSON object');
  if (credential.kind !== 'ExecCredential')
    throw credentialError('decoding stdout: the exec plugin printed no ExecCredential');
  if (credential.apiVersion !== apiVersion) {
    throw credentialError(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${String(credential.apiVersion)}`,
    );
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = credential.status ?? {};
  if (credential.status === undefined) throw credentialError("exec plugin didn't return a status field");
  if (!token && !cert && !key) throw credentialError("exec plugin didn't return a token or cert/key pair");
  if (Boolean(cert) !== Boolean(key)) throw credentialError('exec plugin returned only certificate or key, not both');
  const expiresAt = Date.parse(expirationTimestamp ?? '');
  if (expirationTimestamp && Number.isNaN(expiresAt)) {
    throw credentialError('decoding stdout: the expirationTimestamp of the exec plugin is not a time');
  }
  // It would become part of a header.
  if (/[\0-\x1f\x7f]/.test(token ?? '')) throw credentialError('the token of the exec plugin has control characters');
  return {
    ...(token ? { token } : {}),
    ...(cert && key ? { certificate: { cert, key } } : {}),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
  };
}
