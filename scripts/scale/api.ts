import { execFile } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { promisify } from 'node:util';

/** Plain requests to an API server: no retries, nothing cached, nothing parsed that nobody asks for. */
export interface Api {
  readonly server: URL;
  readonly credentials: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  /** The response as soon as its head is there. */
  open(method: string, path: string, body?: object): Promise<IncomingMessage>;
  /** The parsed answer; rejects for a status of 400 and more. */
  send(method: string, path: string, body?: object): Promise<unknown>;
  close(): void;
}

/** A client for the current context of KUBECONFIG, which must authenticate by certificate. Needs kubectl on the PATH. */
export async function plainApi(): Promise<Api> {
  const view = await promisify(execFile)('kubectl', ['config', 'view', '--raw', '--minify', '-o', 'json']);
  const config = JSON.parse(view.stdout);
  const decoded = (text: string) => Buffer.from(text, 'base64');
  const credentials = {
    ca: decoded(config.clusters[0].cluster['certificate-authority-data']),
    cert: decoded(config.users[0].user['client-certificate-data']),
    key: decoded(config.users[0].user['client-key-data']),
  };
  const agent = new Agent({ keepAlive: true, ...credentials });
  const server = new URL(config.clusters[0].cluster.server);
  const open: Api['open'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const options: RequestOptions = { agent, method, path, host: server.hostname, port: server.port };
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const call = request({ ...options, headers: { 'content-type': type } }, resolve);
      call.on('error', reject);
      call.end(body && JSON.stringify(body));
    });
  return {
    server,
    credentials,
    open,
    async send(method, path, body) {
      const response = await open(method, path, body);
      const text = Buffer.concat(await response.toArray()).toString();
      if ((response.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${text}`);
      return JSON.parse(text);
    },
    close: () => agent.destroy(),
  };
}

/** A pod of the shape that a check creates. */
export function bareProbePod(name: string, node: string, image: string, command: readonly string[], run?: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(run !== undefined && { labels: { run } }) },
    spec: {
      nodeName: node,
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
