import { execFile } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The least that any client of this kind could do; what bench compares with. */
export interface RawClient {
  /** Milliseconds from the POST of a privileged pod to the acknowledged DELETE, its container seen terminated in between. */
  podLife(name: string, node: string, image: string, command: readonly string[]): Promise<number>;
  /** Milliseconds of GET /version on an open connection. */
  roundTrip(): Promise<number>;
  close(): void;
}

const PODS = '/api/v1/namespaces/kube-system/pods';

/** A client for the current context of KUBECONFIG, which must authenticate by certificate. */
export async function rawClient(): Promise<RawClient> {
  const view = await promisify(execFile)('kubectl', ['config', 'view', '--raw', '--minify', '-o', 'json']);
  const config = JSON.parse(view.stdout);
  const decoded = (text: string) => Buffer.from(text, 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(config.clusters[0].cluster['certificate-authority-data']),
    cert: decoded(config.users[0].user['client-certificate-data']),
    key: decoded(config.users[0].user['client-key-data']),
  });
  const server = new URL(config.clusters[0].cluster.server);

  const open = (method: string, path: string, body?: object) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const options: RequestOptions = { agent, method, path, host: server.hostname, port: server.port };
      const call = request({ ...options, headers: { 'content-type': 'application/json' } }, resolve);
      call.on('error', reject);
      call.end(body && JSON.stringify(body));
    });
  const send = async (method: string, path: string, body?: object) => {
    const response = await open(method, path, body);
    const text = (await response.toArray()).join('');
    if ((response.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  const elapsed = (begin: bigint) => Number(process.hrtime.bigint() - begin) / 1e6;

  return {
    async podLife(name, node, image, command) {
      const list = await send('GET', `${PODS}?limit=1`);
      const watch = await open(
        'GET',
        `${PODS}?watch=1&fieldSelector=metadata.name%3D${name}&resourceVersion=${list.metadata.resourceVersion}`,
      );
      const begin = process.hrtime.bigint();
      const [, time] = await Promise.all([
        send('POST', PODS, pod(name, node, image, command)),
        terminated(watch).then(async () => {
          await send('DELETE', `${PODS}/${name}`);
          return elapsed(begin);
        }),
      ]);
      watch.destroy();
      return time;
    },
    async roundTrip() {
      const begin = process.hrtime.bigint();
      await send('GET', '/version');
      return elapsed(begin);
    },
    close: () => agent.destroy(),
  };
}

async function terminated(watch: IncomingMessage): Promise<void> {
  for await (const line of createInterface({ input: watch })) {
    const statuses = JSON.parse(line).object.status.containerStatuses ?? [];
    if (statuses.some((status: { state: object }) => 'terminated' in status.state)) return;
  }
  throw new Error('the watch ended before the container did');
}

function pod(name: string, nodeName: string, image: string, command: readonly string[]) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName,
      hostPID: true,
      hostNetwork: true,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          securityContext: { privileged: true, runAsUser: 0 },
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
        },
      ],
    },
  };
}
