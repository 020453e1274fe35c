import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/kube/client.ts';
import type { Cluster, Pod } from '../../src/kube/cluster.ts';
import { type ApiServer, apiServer, type Handler, inTurn, json, kubeconfigFile, refuse } from './api-server.ts';

/** A server and a client of it. */
async function served(handler: Handler): Promise<AsyncDisposable & { server: ApiServer; cluster: Cluster }> {
  const server = await apiServer(handler);
  const config = await kubeconfigFile({ server: server.url });
  const cluster = await connect({ kubeconfig: config.file });
  return {
    server,
    cluster,
    async [Symbol.asyncDispose]() {
      await cluster.close();
      await server[Symbol.asyncDispose]();
      await config[Symbol.asyncDispose]();
    },
  };
}

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns', labels: { 'example/run': 'r1', app: 'x' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
};
const existing = (labels: object) => ({ ...pod, metadata: { ...pod.metadata, labels } });

describe('creating a pod', () => {
  test('sends it once, with a field manager', async () => {
    await using it = await served((request, response) => json(response, 201, JSON.parse(request.body)));
    expect(await it.cluster.createPod(pod)).toEqual(pod);
    const [request] = it.server.received;
    expect(`${request?.method} ${request?.path}?${request?.query}`).toBe(
      'POST /api/v1/namespaces/ns/pods?fieldManager=kubectl-netprereq',
    );
  });

  test('with dryRun lets the server pretend', async () => {
    await using it = await served((request, response) => json(response, 201, JSON.parse(request.body)));
    await it.cluster.createPod(pod, { dryRun: true });
    expect(it.server.received[0]?.query.get('dryRun')).toBe('All');
  });

  test('after a lost answer finds its own pod, and that is a success', async () => {
    await using it = await served(
      inTurn(
        (request) => request.socket.destroy(),
        (_, response) => refuse(response, 409, 'AlreadyExists'),
        (_, response) => json(response, 200, { items: [existing({ 'example/run': 'r1', app: 'x', injected: 'y' })] }),
      ),
    );
    expect((await it.cluster.createPod(pod)).metadata.labels).toHaveProperty('injected');
    expect(it.server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v1/namespaces/ns/pods',
      'POST /api/v1/namespaces/ns/pods',
      'GET /api/v1/namespaces/ns/pods',
    ]);
  });

  test.each<[string, Handler]>([
    ['of another run', (_, response) => json(response, 200, { items: [existing({ 'example/run': 'r2', app: 'x' })] })],
    ['without labels', (_, response) => json(response, 200, { items: [existing({})] })],
    ['that is gone again', (_, response) => json(response, 200, { items: [] })],
  ])('does not take a pod %s for its own', async (_, found) => {
    await using it = await served(
      inTurn((_, response) => refuse(response, 409, 'AlreadyExists', 'pods "p" already exists'), found),
    );
    await expect(it.cluster.createPod(pod)).rejects.toThrow(
      'Error from server (AlreadyExists): pods "p" already exists',
    );
  });
});

describe('deleting', () => {
  const metadata = /as=PartialObjectMetadata/;

  test('a pod asks for grace period 0 and for no more than metadata in return', async () => {
    await using it = await served((_, response) => json(response, 200, {}));
    await it.cluster.deletePod('ns', 'p');
    const [request] = it.server.received;
    expect(`${request?.method} ${request?.path}?${request?.query}`).toBe(
      'DELETE /api/v1/namespaces/ns/pods/p?gracePeriodSeconds=0',
    );
    expect(request?.headers.accept).toMatch(metadata);
  });

  test('a pod that is not there is a success, a refusal is not', async () => {
    await using it = await served(
      inTurn(
        (_, response) => refuse(response, 404, 'NotFound'),
        (_, response) => refuse(response, 403, 'Forbidden', 'no'),
      ),
    );
    await it.cluster.deletePod('ns', 'p');
    await expect(it.cluster.deletePod('ns', 'p')).rejects.toThrow('Error from server (Forbidden): no');
  });
});

describe('nodes', () => {
  const node = (name: string) => ({ metadata: { name } });
  const page =
    (names: string[], token?: string): Handler =>
    (_, response) =>
      json(response, 200, { items: names.map(node), metadata: token ? { continue: token } : {} });
  const names = async (cluster: Cluster) => {
    const pages: string[][] = [];
    for await (const nodes of cluster.nodes()) pages.push(nodes.map(({ name }) => name));
    return pages;
  };

  test('come in pages of 250', async () => {
    await using it = await served(inTurn(page(['a', 'b'], 'token=1&'), page(['c'])));
    expect(await names(it.cluster)).toEqual([['a', 'b'], ['c']]);
    expect(it.server.received.map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '250' },
      { limit: '250', continue: 'token=1&' },
    ]);
  });

  test('are cut down to what is used', async () => {
    const raw = {
      metadata: { name: 'n', labels: { a: 'b' }, managedFields: [{}] },
      spec: { podCIDR: '10.0.0.0/24', unschedulable: true },
      status: {
        addresses: [{ type: 'InternalIP', address: '10.1.1.1' }],
        conditions: [{ type: 'Ready', status: 'False', reason: 'X', message: 'y', lastHeartbeatTime: 'z' }],
        images: [{ names: ['i:1', 'i@sha256:x'], sizeBytes: 5 }, { sizeBytes: 6 }],
        nodeInfo: { operatingSystem: 'linux', kernelVersion: '6.1', bootID: 'x' },
      },
    };
    await using it = await served((_, response) => json(response, 200, { items: [raw] }));
    for await (const [found] of it.cluster.nodes({})) {
      expect(found).toEqual({
        name: 'n',
        labels: { a: 'b' },
        annotations: {},
        podCIDRs: ['10.0.0.0/24'],
        conditions: [{ type: 'Ready', status: 'False', reason: 'X', message: 'y' }],
        images: [['i:1', 'i@sha256:x'], []],
        system: { os: 'linux', osImage: '', kernel: '6.1', arch: '', runtime: '', kubelet: '', bootId: 'x' },
      });
    }
    expect(it.server.received[0]?.query.has('labelSelector')).toBe(false);
  });
});

describe('reading', () => {
  test('DaemonSets give their containers, init containers first, their ConfigMaps, and where they run', async () => {
    const env = [
      { name: 'E', valueFrom: { configMapKeyRef: { name: 'of-env', key: 'k' } } },
      { name: 'F', value: 'v' },
    ];
    const envFrom = [{ configMapRef: { name: 'of-env-from' } }, { secretRef: { name: 's' } }];
    const volumes = [
      { name: 'a', configMap: { name: 'mounted' } },
      { name: 'b', projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 's' } }] } },
      { name: 'c', hostPath: { path: '/' } },
      { name: 'd', configMap: { name: 'mounted' } },
    ];
    const spec = {
      template: {
        spec: {
          containers: [{ name: 'c', image: 'i', args: ['-x'], env, envFrom }],
          initContainers: [{ name: 'j' }],
          nodeSelector: { pool: 'a' },
          volumes,
        },
      },
    };
    const status = { desiredNumberScheduled: 0 };
    await using it = await served((_, response) =>
      json(response, 200, { items: [{ metadata: { name: 'd', namespace: 'n' }, spec, status }] }),
    );
    expect(await it.cluster.daemonSets()).toEqual([
      {
        name: 'd',
        namespace: 'n',
        labels: {},
        containers: [
          { name: 'j', image: '', init: true, command: [], args: [] },
          { name: 'c', image: 'i', init: false, command: [], args: ['-x'] },
        ],
        configMaps: ['mounted', 'projected', 'of-env', 'of-env-from'],
        nodeSelector: { pool: 'a' },
        desired: 0,
      },
    ]);
  });

  test('ServiceCIDRs give their CIDRs', async () => {
    await using it = await served((_, response) =>
      json(response, 200, { items: [{ spec: { cidrs: ['10.96.0.0/16', 'fd00::/108'] } }, { spec: {} }, {}] }),
    );
    expect(await it.cluster.serviceCidrs()).toEqual(['10.96.0.0/16', 'fd00::/108']);
  });

  test('a list of nothing may be null', async () => {
    await using it = await served((_, response) => json(response, 200, { items: null }));
    expect(await it.cluster.daemonSets()).toEqual([]);
    expect(await it.cluster.pods({ labelSelector: 'a' })).toEqual([]);
  });

  test('a ConfigMap or Service that is not there is undefined', async () => {
    await using it = await served((_, response) => refuse(response, 404, 'NotFound'));
    expect(await it.cluster.configMap('n', 'c')).toBeUndefined();
    expect(await it.cluster.service('n', 's')).toBeUndefined();
  });

  test('a ConfigMap without data is empty, a Service of an old server has one address', async () => {
    await using it = await served(
      inTurn(
        (_, response) => json(response, 200, { metadata: {} }),
        (_, response) => json(response, 200, { spec: { clusterIP: '10.96.0.1' } }),
      ),
    );
    expect(await it.cluster.configMap('n', 'c')).toEqual({});
    expect(await it.cluster.service('n', 's')).toEqual({ clusterIPs: ['10.96.0.1'], ipFamilies: [] });
  });

  test('names are escaped', async () => {
    await using it = await served((_, response) => refuse(response, 404, 'NotFound'));
    await it.cluster.configMap('n', '../../nodes?x');
    expect(it.server.received[0]?.path).toBe('/api/v1/namespaces/n/configmaps/..%2F..%2Fnodes%3Fx');
  });

  test('pod metadata comes without the pods', async () => {
    await using it = await served((_, response) =>
      json(response, 200, { items: [{ metadata: { ...pod.metadata, uid: 'u' } }] }),
    );
    expect(await it.cluster.podMetadata({ labelSelector: 'a' })).toEqual([pod.metadata]);
    expect(it.server.received[0]?.path).toBe('/api/v1/pods');
    expect(it.server.received[0]?.headers.accept).toContain('as=PartialObjectMetadataList');
  });

  test('a log is text, bounded by the server', async () => {
    await using it = await served((_, response) => response.end('line\n'));
    expect(await it.cluster.podLog('ns', 'p', { container: 'c', limitBytes: 10 })).toBe('line\n');
    expect(String(it.server.received[0]?.query)).toBe('container=c&limitBytes=10');
  });

  test.each([
    [
      { verb: 'delete', resource: 'pods', namespace: 'n' },
      { verb: 'delete', resource: 'pods', group: '', namespace: 'n' },
    ],
    [
      { verb: 'list', resource: 'daemonsets.apps' },
      { verb: 'list', resource: 'daemonsets', group: 'apps' },
    ],
  ])('whether %j is allowed is asked of the server', async (access, attributes) => {
    await using it = await served(
      inTurn(
        (_, response) => json(response, 201, { status: { allowed: true } }),
        (_, response) => json(response, 201, { status: { allowed: false } }),
      ),
    );
    expect(await it.cluster.allowed(access)).toBe(true);
    expect(await it.cluster.allowed(access)).toBe(false);
    expect(JSON.parse(it.server.received[0]?.body ?? '').spec.resourceAttributes).toEqual(attributes);
  });
});

describe('a process ends by itself', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'netprereq-client-'));
    // One file starts in a tenth of the time that the client's modules take.
    await build({
      entryPoints: [new URL('../../src/kube/client.ts', import.meta.url).pathname],
      outfile: join(directory, 'client.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** Runs a program that connects to the server, and resolves when it has ended by itself. */
  async function exitCode(kubeconfig: string, program: string): Promise<number> {
    const source = `import { connect } from ${JSON.stringify(join(directory, 'client.cjs'))};
      const cluster = await connect({ kubeconfig: ${JSON.stringify(kubeconfig)} });
      const abort = new AbortController();
      ${program}`;
    const args = ['--input-type=module', '--eval', source];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(child, 'exit');
    return code;
  }

  const silent: Handler = () => undefined;
  const half: Handler = (_, response) => response.writeHead(200).write('{');
  const version = `setTimeout(() => abort.abort(), 100); await cluster.version({ signal: abort.signal }).catch(() => undefined);`;
  const watch = `setTimeout(() => abort.abort(), 100);
    for await (const _ of cluster.watchPods({ namespace: 'n', labelSelector: 'a' }, { signal: abort.signal })) {}`;
  const list: Handler = (request, response) =>
    request.query.has('watch')
      ? response.writeHead(200).flushHeaders()
      : json(response, 200, { items: [], metadata: { resourceVersion: '1' } });
  test.each<[string, Handler, string]>([
    ['before the headers', silent, version],
    ['in the body', half, version],
    ['between two attempts', (_, response) => refuse(response, 503, '', '', { 'Retry-After': '25' }), version],
    ['in a watch', list, watch],
    [
      'with a call in flight',
      silent,
      `cluster.version().catch(() => undefined); await new Promise((r) => setTimeout(r, 100));`,
    ],
  ])('after an abort %s and close', async (_, handler, program) => {
    await using server = await apiServer(handler);
    await using config = await kubeconfigFile({ server: server.url });
    expect(await exitCode(config.file, `${program} await cluster.close();`)).toBe(0);
  });

  test('after an abort while the connection is being made', async () => {
    const mute = createServer();
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    await using config = await kubeconfigFile({ server: `https://127.0.0.1:${port}` });
    expect(await exitCode(config.file, `${version} await cluster.close();`)).toBe(0);
    mute.close();
  });
});
