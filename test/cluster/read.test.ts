import { describe, expect, test } from 'vitest';
import { readEvidence } from '../../src/cluster/read.ts';
import type { Cluster, DaemonSet, Pod } from '../../src/kube/cluster.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { daemonSet, flannelDaemonSet, proxyConfig } from './evidence.ts';

type Readable = Pick<Cluster, 'daemonSets' | 'configMap' | 'service' | 'serviceCidrs' | 'pods'>;

const forbidden = new KubeError('forbidden', { status: 403, reason: 'Forbidden' });
const unavailable = new KubeError('unavailable', { status: 503 });
const missing = new KubeError('not found', { status: 404 });

/** A cluster of the given objects that notes what it was asked; an error in place of an object is thrown. */
function cluster(objects: {
  daemonSets?: DaemonSet[] | Error;
  configMaps?: Record<string, Record<string, string> | Error>;
  service?: { clusterIPs: string[]; ipFamilies: string[] } | Error;
  serviceCidrs?: string[] | Error;
  pods?: Record<string, Pod[] | Error>;
}): { asked: string[]; api: Readable } {
  const asked: string[] = [];
  const answer = async <T>(request: string, object: T | Error): Promise<T> => {
    asked.push(request);
    if (object instanceof Error) throw object;
    return object;
  };
  return {
    asked,
    api: {
      daemonSets: () => answer('daemonsets', objects.daemonSets ?? []),
      configMap: (namespace, name) => answer(`${namespace}/${name}`, objects.configMaps?.[`${namespace}/${name}`]),
      service: (namespace, name) => answer(`service ${namespace}/${name}`, objects.service),
      serviceCidrs: () => answer<string[]>('servicecidrs', objects.serviceCidrs ?? missing),
      pods: ({ namespace, labelSelector, limit }) =>
        answer<Pod[]>(`pods ${namespace} ${labelSelector} ${limit}`, objects.pods?.[labelSelector] ?? []),
    },
  };
}

const service = { clusterIPs: ['10.96.0.1'], ipFamilies: ['IPv4'] };
const staticPod = (command: string[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'kube-proxy-node-1' },
  spec: { containers: [{ name: 'kube-proxy', image: 'kube-proxy', command }] },
});

test('reads what the DaemonSets make relevant', async () => {
  const flannel = { 'net-conf.json': '{}' };
  const daemonSets = [flannelDaemonSet('v0.28.9'), daemonSet('kube-proxy')];
  const configMaps = { 'kube-system/kube-proxy': proxyConfig('ipvs'), 'kube-flannel/kube-flannel-cfg': flannel };
  const { api, asked } = cluster({ daemonSets, configMaps, service, serviceCidrs: ['10.96.0.0/16'] });
  expect(await readEvidence(api)).toEqual({
    daemonSets,
    configMaps,
    kubernetesService: service,
    serviceCidrs: ['10.96.0.0/16'],
  });
  expect(asked.sort()).toEqual([
    'daemonsets',
    'kube-flannel/kube-flannel-cfg',
    'kube-system/kube-proxy',
    'service default/kubernetes',
    'servicecidrs',
  ]);
});

test.for<[agent: DaemonSet, name: string]>([
  [daemonSet('canal'), 'kube-system/canal-config'],
  [daemonSet('rke2-canal'), 'kube-system/rke2-canal-config'],
  [daemonSet('cilium', { namespace: 'cilium' }), 'cilium/cilium-config'],
  [daemonSet('antrea-agent', { configMaps: ['antrea-config-m7f2'] }), 'kube-system/antrea-config-m7f2'],
  [
    flannelDaemonSet('v1.0.0', 'flannel-arm', { configMaps: ['edge'], labels: { app: 'flannel' } }),
    'kube-flannel/edge',
  ],
  [flannelDaemonSet('v1.0.0', 'kube-flannel-ds', { namespace: 'networking' }), 'networking/kube-flannel-cfg'],
  [daemonSet('kube-proxy', { configMaps: ['kube-proxy-config-1a2b3c4d'] }), 'kube-system/kube-proxy-config-1a2b3c4d'],
  [daemonSet('kube-proxy-worker', { configMaps: ['kube-proxy-worker'] }), 'kube-system/kube-proxy-worker'],
])('of $0.name reads %s', async ([agent, name]) => {
  const { api, asked } = cluster({ daemonSets: [agent], service });
  await readEvidence(api);
  expect(asked).toContain(name);
});

describe("kube-proxy's static pods", () => {
  const ofKops = staticPod(['/bin/sh', '-c', 'exec kube-proxy --proxy-mode=ipvs']);

  test.for<[name: string, daemonSets: DaemonSet[]]>([
    ['where no DaemonSet runs it', []],
    ['where its DaemonSet is meant for no node', [daemonSet('kube-proxy', { desired: 0 })]],
  ])('are listed one by one %s', async ([_name, daemonSets]) => {
    const { api, asked } = cluster({ daemonSets, service, pods: { 'k8s-app=kube-proxy': [ofKops] } });
    expect((await readEvidence(api)).kubeProxyPods).toEqual([ofKops]);
    expect(asked.filter((request) => request.startsWith('pods'))).toEqual([
      'pods kube-system k8s-app=kube-proxy 1',
      'pods kube-system component=kube-proxy 1',
    ]);
  });

  test('are not asked for where a DaemonSet runs it', async () => {
    const { api, asked } = cluster({ daemonSets: [daemonSet('kube-proxy', { desired: 3 })], service });
    expect(await readEvidence(api)).not.toHaveProperty('kubeProxyPods');
    expect(asked.some((request) => request.startsWith('pods'))).toBe(false);
  });

  test('that may not be listed are not known, which is no error', async () => {
    const pods = { 'k8s-app=kube-proxy': forbidden, 'component=kube-proxy': forbidden };
    expect(await readEvidence(cluster({ service, pods }).api)).not.toHaveProperty('kubeProxyPods');
  });
});

test('asks no more than eleven times, however many agents and ConfigMaps there are', async () => {
  const configMaps = ['a', 'b', 'c', 'd', 'e'];
  const agents = [
    flannelDaemonSet('v1.0.0', 'kube-flannel-ds', { configMaps }),
    ...['canal', 'cilium', 'anetd', 'antrea-agent'].map((name) => daemonSet(name, { configMaps })),
    flannelDaemonSet('v1.0.0', 'kube-flannel-ds', { namespace: 'networking', configMaps }),
    ...['kube-proxy-a', 'kube-proxy-b'].map((name) => daemonSet(name, { configMaps, desired: 0 })),
  ];
  const { api, asked } = cluster({ daemonSets: agents });
  await readEvidence(api);
  expect(asked).toHaveLength(11);
});

describe('what may not be read', () => {
  test('is left out, and the rest is read', async () => {
    const configMaps = { 'kube-system/kube-proxy': forbidden, 'kube-flannel/kube-flannel-cfg': forbidden };
    const daemonSets = [flannelDaemonSet('v0.28.9'), daemonSet('kube-proxy')];
    const { api } = cluster({ daemonSets, configMaps, service: forbidden, serviceCidrs: forbidden });
    expect(await readEvidence(api)).toEqual({ daemonSets, configMaps: {} });
  });

  test('is no error even when it is everything', async () => {
    const { api } = cluster({
      daemonSets: forbidden,
      configMaps: { 'kube-system/kube-proxy': forbidden },
      service: forbidden,
      serviceCidrs: forbidden,
      pods: { 'k8s-app=kube-proxy': forbidden, 'component=kube-proxy': forbidden },
    });
    expect(await readEvidence(api)).toEqual({ daemonSetsUnread: 'forbidden', configMaps: {} });
  });
});

describe('other errors', () => {
  test('are no errors while something could be read', async () => {
    const { api } = cluster({ daemonSets: unavailable, service });
    expect(await readEvidence(api)).toEqual({
      daemonSetsUnread: unavailable.message,
      configMaps: {},
      kubeProxyPods: [],
      kubernetesService: service,
    });
  });

  test('are thrown when nothing could be read', async () => {
    const { api } = cluster({ daemonSets: forbidden, service: unavailable });
    await expect(readEvidence(api)).rejects.toBe(unavailable);
  });

  test('an aborted call rejects with the reason, whatever was read', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    controller.abort(reason);
    const { api, asked } = cluster({ daemonSets: [flannelDaemonSet('v0.28.9')], service });
    await expect(readEvidence(api, { signal: controller.signal })).rejects.toBe(reason);
    expect(asked).toHaveLength(3);
  });
});
