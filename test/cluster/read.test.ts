import { describe, expect, test } from 'vitest';
import { readEvidence } from '../../src/cluster/read.ts';
import type { Cluster, DaemonSet } from '../../src/kube/cluster.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { daemonSet, flannelDaemonSet } from './evidence.ts';

type Readable = Pick<Cluster, 'daemonSets' | 'configMap' | 'service'>;

const forbidden = new KubeError('forbidden', { status: 403, reason: 'Forbidden' });
const unavailable = new KubeError('unavailable', { status: 503 });

/** A cluster of the given objects that notes what it was asked; an error in place of an object is thrown. */
function cluster(objects: {
  daemonSets?: DaemonSet[] | Error;
  configMaps?: Record<string, Record<string, string> | Error>;
  service?: { clusterIPs: string[]; ipFamilies: string[] } | Error;
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
    },
  };
}

const service = { clusterIPs: ['10.96.0.1'], ipFamilies: ['IPv4'] };
const proxyConfig = { 'config.conf': 'mode: ipvs' };

test('reads what the DaemonSets make relevant', async () => {
  const flannel = { 'net-conf.json': '{}' };
  const daemonSets = [flannelDaemonSet('v0.28.9'), daemonSet('kube-proxy')];
  const configMaps = { 'kube-system/kube-proxy': proxyConfig, 'kube-flannel/kube-flannel-cfg': flannel };
  const { api, asked } = cluster({ daemonSets, configMaps, service });
  expect(await readEvidence(api)).toEqual({
    daemonSets,
    kubeProxyConfig: proxyConfig,
    cniConfigs: { flannel },
    kubernetesService: service,
  });
  expect(asked.sort()).toEqual([
    'daemonsets',
    'kube-flannel/kube-flannel-cfg',
    'kube-system/kube-proxy',
    'service default/kubernetes',
  ]);
});

test.for([
  [daemonSet('canal'), 'kube-system/canal-config'],
  [daemonSet('rke2-canal'), 'kube-system/rke2-canal-config'],
  [daemonSet('cilium', { namespace: 'cilium' }), 'cilium/cilium-config'],
] as const)('of $0.name reads %s', async ([agent, name]) => {
  const { api, asked } = cluster({ daemonSets: [agent], service });
  await readEvidence(api);
  expect(asked).toContain(name);
});

test("reads EKS's ConfigMap of kube-proxy when there is no other", async () => {
  const configMaps = { 'kube-system/kube-proxy-config': { config: 'mode: ipvs' } };
  const { api } = cluster({ daemonSets: [daemonSet('kube-proxy')], configMaps });
  expect((await readEvidence(api)).kubeProxyConfig).toEqual({ config: 'mode: ipvs' });
});

test('asks no more than six times, however many agents there are', async () => {
  const agents = [
    flannelDaemonSet('v1.0.0'),
    ...['canal', 'cilium', 'anetd', 'kube-proxy'].map((name) => daemonSet(name)),
  ];
  const { api, asked } = cluster({ daemonSets: agents });
  await readEvidence(api);
  expect(asked.length).toBeLessThanOrEqual(6);
});

describe('what may not be read', () => {
  test('is left out, and the rest is read', async () => {
    const configMaps = { 'kube-system/kube-proxy': forbidden, 'kube-flannel/kube-flannel-cfg': forbidden };
    const { api } = cluster({ daemonSets: [flannelDaemonSet('v0.28.9')], configMaps, service: forbidden });
    expect(await readEvidence(api)).toEqual({
      daemonSets: [flannelDaemonSet('v0.28.9')],
      cniConfigs: {},
    });
  });

  test('is no error even when it is everything', async () => {
    const { api } = cluster({
      daemonSets: forbidden,
      configMaps: { 'kube-system/kube-proxy': forbidden },
      service: forbidden,
    });
    expect(await readEvidence(api)).toEqual({ cniConfigs: {} });
  });
});

describe('other errors', () => {
  test('are no errors while something could be read', async () => {
    const { api } = cluster({ daemonSets: unavailable, service });
    expect(await readEvidence(api)).toEqual({ cniConfigs: {}, kubernetesService: service });
  });

  test('are thrown when nothing could be read', async () => {
    const { api } = cluster({
      daemonSets: forbidden,
      configMaps: { 'kube-system/kube-proxy': unavailable },
      service: unavailable,
    });
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
