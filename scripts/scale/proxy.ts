import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';

/** What went through the proxy, by verb. */
export interface Traffic {
  requests: number;
  sent: number;
  received: number;
}

/** An API server that passes everything on to another one, counts it, and may answer later. */
export interface CountingProxy extends AsyncDisposable {
  readonly kubeconfig: string;
  /** When a pod's deletion was last asked for, by performance.now(). */
  readonly lastDeletion: number;
  /** Counts since the last call. */
  traffic(): Readonly<Record<string, Traffic>>;
}

/**
 * Starts it on a free port of the loopback. It is as fast as Node is, and takes CPU of its own: runs through it are compared with runs
 * through it.
 * @param delay milliseconds that each request waits before it is passed on
 */
export async function countingProxy({ server, credentials }: Api, delay = 0): Promise<CountingProxy> {
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-proxy-'));
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', [...made, '-keyout', keyFile, '-out', certFile, ...subject], { stdio: 'ignore' });
  const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
  const upstream = new Agent({ keepAlive: true, maxSockets: 512, ...credentials });
  let counted: Record<string, Traffic> = {};
  let lastDeletion = 0;
  const proxy = createServer({ key, cert }, async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const verb = verbOf(method, url);
    counted[verb] ??= { requests: 0, sent: 0, received: 0 };
    const traffic = counted[verb];
    traffic.requests++;
    if (verb === 'delete') lastDeletion = performance.now();
    if (delay > 0) await sleep(delay);
    const passed = request(
      {
        agent: upstream,
        method,
        path: url,
        host: server.hostname,
        port: server.port,
        headers: { ...headers, host: server.host },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.on('data', (data: Buffer) => {
          traffic.received += data.length;
        });
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      },
    );
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.on('data', (data: Buffer) => {
      traffic.sent += data.length;
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(configFor(`https://127.0.0.1:${port}`, cert, credentials)));
  return {
    kubeconfig,
    get lastDeletion() {
      return lastDeletion;
    },
    traffic() {
      const all = counted;
      counted = {};
      return all;
    },
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      upstream.destroy();
      rmSync(directory, { recursive: true });
    },
  };
}

/** get, list, watch, create, delete, deletecollection: as RBAC says it. */
function verbOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'https://x');
  const [, ...name] = pathname.replace(/^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?/, '').split('/');
  const named = name.length > 0;
  if (searchParams.get('watch')) return 'watch';
  if (method === 'GET') return named ? 'get' : 'list';
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  return method === 'POST' ? 'create' : method.toLowerCase();
}

/** The client's certificate goes along although the proxy does not ask for it: whoever reads the kubeconfig wants a user. */
function configFor(server: string, ca: Buffer, { cert, key }: Api['credentials']) {
  const base64 = (data: Buffer) => data.toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: 'proxy', user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  };
}
