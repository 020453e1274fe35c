import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import type { User } from './access.ts';
import type { NamespaceOptions } from './admission.ts';
import { type Fault, faultMatcher } from './faults.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type KubeletEvent, Kubelets } from './kubelet.ts';
import { Lists } from './lists.ts';
import { type Behaviour, type NodeOptions, nodeObject } from './node-object.ts';
import { type NodeCapability, noRoute, setBehaviour, startNodes, unreachable } from './nodes.ts';
import type { KubeObject, Pod } from './objects.ts';
import { podApi } from './pods.ts';
import { resourceOfKind } from './resources.ts';
import { createApiServer, type RequestRecord } from './server.ts';
import { Store } from './store.ts';
import { fast, type Timing } from './timing.ts';
import { createWorkspace } from './workspace.ts';

/** A cluster, and what is wrong with it. Everything has a default: an empty cluster with one administrator. */
export interface StandInOptions {
  nodes?: readonly NodeOptions[];
  /** DaemonSets, ConfigMaps, Services, Events. The Service default/kubernetes is there anyway. */
  objects?: readonly KubeObject[];
  /** Besides default, kube-system, kube-public, kube-node-lease and those of `objects`. */
  namespaces?: readonly NamespaceOptions[];
  /** Default: admin, with a token, and tester, with the client certificate of test/fixtures/tls. */
  users?: readonly User[];
  faults?: readonly Fault[];
  timing?: Partial<Timing>;
  gitVersion?: string;
  /** false: plain http. */
  tls?: boolean;
  /** The API server's --allow-privileged. */
  allowPrivileged?: boolean;
  bookmarkMs?: number;
  /** How many changes a watch may look back. */
  historyLimit?: number;
  /** The kubeconfig names a file that has the token of the first user. */
  tokenFile?: boolean;
  /** How far the server's clock (the Date header) is ahead of this machine's, in milliseconds. */
  clockSkewMs?: number;
}

export interface StandIn {
  url: string;
  /** Path of a kubeconfig with a context per user; the first user's is current. */
  kubeconfig: string;
  /** A kubeconfig whose current context is this user's. */
  kubeconfigFor: (user: string) => string;
  /** Every request so far, in order of arrival. */
  requests: readonly RequestRecord[];
  nodes: readonly NodeCapability[];
  /** The pods that exist now. */
  pods: () => Pod[];
  /** Every pod that was ever created, as it was admitted. */
  created: readonly Pod[];
  /** What the kubelets did. */
  events: readonly KubeletEvent[];
  /** More may be added while the server runs. */
  faults: Fault[];
  /** Direct access to what is stored, past every check: for what others than the program under test do. */
  store: Store;
  /** Resets every connection, as a restart of the API server does. */
  dropConnections: () => void;
  /** Replaces the first user's token, which the server takes no more, by another one; in the token file too. */
  replaceToken: () => void;
  /** From now on the node's kubelet behaves so, and its Ready condition says it. */
  setBehaviour: (node: string, behaviour: Behaviour) => void;
  /** Ends everything: connections, pods, nodes, files. */
  stop: () => Promise<void>;
}

const certificates = new URL('../fixtures/tls/', import.meta.url);
const certificate = (name: string) => readFileSync(new URL(name, certificates));

const defaultUsers: readonly User[] = [{ name: 'admin', token: 'stand-in-admin' }, { name: 'tester' }];

/** Starts an API server with its kubelets on a free port of 127.0.0.1. Rejects, leaving nothing behind, when it cannot. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { tls = true } = options;
  const users = (options.users ?? defaultUsers).map((user) => ({ ...user }));
  const timing = { ...fast, ...options.timing };
  const store = new Store(options.historyLimit ?? 10_000);
  const namespaces = fillStore(store, options);
  const workspace = createWorkspace();
  const nodes = await startNodes(options.nodes ?? [], timing.workMs, workspace.directory);
  const kubelets = new Kubelets(store, nodes.kubelets, timing);
  const faults: Fault[] = [...(options.faults ?? [])];
  const requests: RequestRecord[] = [];
  const created: Pod[] = [];
  store.subscribe(({ type, resource, object }) => {
    if (type === 'ADDED' && resource === 'pods') created.push(object as Pod);
  });
  const readLog = (pod: Pod, container: string) => {
    const node = nodes.kubelets.get(pod.spec.nodeName ?? '');
    if (!node || unreachable(node)) throw noRoute(pod, container, node?.hostIP ?? '');
    return kubelets.log(pod, container);
  };
  const pods = podApi({ store, namespaces, allowPrivileged: options.allowPrivileged ?? true }, readLog);
  const { gitVersion = 'v1.34.4', bookmarkMs = 60_000, clockSkewMs = 0 } = options;
  const ca = tls ? certificate('ca.pem') : undefined;
  const server = createApiServer(
    { store, lists: new Lists(store), pods, gitVersion, bookmarkMs },
    { users, faults: faultMatcher(faults), requests, clockSkewMs },
    ca && { key: certificate('server-key.pem'), cert: certificate('server.pem'), ca },
  );
  const sockets = await listen(server);
  const { port } = server.address() as AddressInfo;
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const tokenFile = options.tokenFile ? join(workspace.directory, 'token') : undefined;
  const writeToken = () => tokenFile && writeFileSync(tokenFile, users[0]?.token ?? '');
  writeToken();
  const kubeconfigFor = (user: string) => writeKubeconfig(workspace.directory, url, ca, users, user, tokenFile);
  return {
    url,
    kubeconfig: kubeconfigFor(users[0]?.name ?? ''),
    kubeconfigFor,
    requests,
    nodes: nodes.capabilities,
    pods: () => store.list('pods') as Pod[],
    created,
    events: kubelets.events,
    faults,
    store,
    dropConnections() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    replaceToken() {
      Object.assign(users[0] ?? {}, { token: randomUUID() });
      writeToken();
    },
    setBehaviour: (name, behaviour) => setBehaviour(store, nodes.kubelets, name, behaviour),
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await kubelets.stop();
      await nodes.stop();
      await workspace.remove();
    },
  };
}

function fillStore(
  store: Store,
  { objects = [], nodes = [], ...options }: StandInOptions,
): Map<string, NamespaceOptions> {
  const given = options.namespaces ?? [];
  const used = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
  const names = ['default', 'kube-system', 'kube-public', 'kube-node-lease', ...used];
  const all: NamespaceOptions[] = [...names.map((name) => ({ name })), ...given];
  const namespaces = new Map(all.map((one) => [one.name, one]));
  for (const { name, labels } of namespaces.values()) {
    const metadata = { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } };
    store.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata,
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  for (const object of [...(objects.some(isKubernetesService) ? [] : [kubernetesService]), ...objects]) {
    // Fails at once for a kind that is not served.
    resourceOfKind(object.kind);
    store.create(object);
  }
  for (const [index, node] of nodes.entries()) store.create(nodeObject(node, index));
  return namespaces;
}

const kubernetesService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
    type: 'ClusterIP',
  },
};
const isKubernetesService = ({ kind, metadata }: KubeObject) => kind === 'Service' && metadata.name === 'kubernetes';

/** Listens, and returns the connections that are open, at any time. */
async function listen(server: Server): Promise<ReadonlySet<Socket>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return sockets;
}
