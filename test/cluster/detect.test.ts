import { describe, expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { Evidence } from '../../src/cluster/evidence.ts';
import { CNIS } from '../../src/cnis/index.ts';
import { CNI_IDS } from '../../src/cnis/lookup.ts';
import { daemonSet, evidence, flannelConfig, flannelDaemonSet, node } from './evidence.ts';

const NOTHING: Evidence = { nodes: [], cniConfigs: {} };

test('a kubeadm cluster with flannel', () => {
  expect(detectProfile(evidence())).toEqual({
    cni: 'flannel',
    cniBackend: 'vxlan',
    podsOnBridge: true,
    agentNeedsBridgeNetfilter: true,
    kubeProxyMode: 'iptables',
    ipFamilies: ['IPv4'],
    assumptions: [],
  });
});

test('nothing but nodes leaves all unknown, and says which flags tell', () => {
  const { assumptions, ...profile } = detectProfile(NOTHING);
  expect(profile).toEqual({});
  expect(assumptions.map(({ text }) => text)).toEqual([
    expect.stringContaining('(--cni)'),
    expect.stringContaining('(--kube-proxy-mode)'),
    expect.stringContaining('(--ip-families)'),
  ]);
});

describe('the CNI', () => {
  test.for([
    [daemonSet('canal'), 'canal', false],
    [daemonSet('rke2-canal'), 'canal', false],
    [daemonSet('calico-node', { namespace: 'calico-system' }), 'calico', false],
    [daemonSet('cilium'), 'cilium', false],
    [daemonSet('antrea-agent'), 'antrea', false],
    [daemonSet('ovnkube-node', { namespace: 'openshift-ovn-kubernetes' }), 'ovn-kubernetes', false],
    [daemonSet('kube-router'), 'kube-router', true],
    [daemonSet('weave-net'), 'weave', true],
    [daemonSet('aws-node'), 'aws-vpc', false],
    [daemonSet('azure-cns'), 'azure', undefined],
    [daemonSet('anetd'), 'gke', undefined],
    [daemonSet('kindnet'), 'kindnet', false],
    [flannelDaemonSet('v0.28.9'), 'flannel', true],
    [flannelDaemonSet('v0.11.0', 'kube-flannel-ds-amd64'), 'flannel', true],
    [daemonSet('flannel', { labels: { app: 'flannel' }, container: 'kube-flannel' }), 'flannel', true],
  ] as const)('of $0.name is %s', ([agent, cni, podsOnBridge]) => {
    const profile = detectProfile(evidence({ daemonSets: [daemonSet('node-exporter'), agent], cniConfigs: {} }));
    expect(profile.cni).toBe(cni);
    expect(profile.podsOnBridge).toBe(podsOnBridge);
    expect(profile.assumptions.some(({ flag }) => flag === '--cni')).toBe(podsOnBridge === undefined);
  });

  test.for([
    [daemonSet('kube-router', { args: ['--run-router=false', '--run-firewall=true'] })],
    [daemonSet('kube-multus-ds')],
    [daemonSet('cilium-envoy')],
    [daemonSet('kube-flannel-ds-windows-amd64')],
    [daemonSet('dashboard', { labels: { app: 'flannel' } })],
  ])('is not told by %j', ([agent]) => {
    const profile = detectProfile(evidence({ daemonSets: agent ? [agent] : [], cniConfigs: {} }));
    expect(profile.cni).toBeUndefined();
    expect(profile.podsOnBridge).toBeUndefined();
  });

  test('is left open when agents of two kinds are there, as in a migration', () => {
    const profile = detectProfile(evidence({ daemonSets: [flannelDaemonSet('v0.28.9'), daemonSet('calico-node')] }));
    expect(profile.cni).toBeUndefined();
    expect(profile.podsOnBridge).toBeUndefined();
    expect(profile.agentNeedsBridgeNetfilter).toBe(true);
    expect(profile.assumptions[0]?.text).toContain('flannel and calico');
  });

  test('is the one that makes the pod network when two of a kind share the work', () => {
    const profile = detectProfile(
      evidence({ daemonSets: [daemonSet('calico-node'), daemonSet('aws-node')], cniConfigs: {} }),
    );
    expect(profile.podsOnBridge).toBe(false);
  });

  test('gives no id to two CNIs', () => {
    expect(new Set(CNI_IDS).size).toBe(CNIS.length);
  });
});

describe('flannel in k3s', () => {
  const k3s = (args: string[], annotations = {}) =>
    node({
      system: { kubelet: 'v1.34.4+k3s1' },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'wireguard',
        'k3s.io/node-args': JSON.stringify(args),
        ...annotations,
      },
    });
  const { kubeProxyConfig: _config, ...bare } = evidence({ daemonSets: [], cniConfigs: {} });

  test('is known by the annotations of the nodes', () => {
    expect(detectProfile({ ...bare, nodes: [k3s(['server', '--flannel-backend=wireguard-native'])] })).toEqual({
      distribution: 'k3s',
      cni: 'flannel',
      cniBackend: 'wireguard',
      podsOnBridge: true,
      kubeProxyMode: 'iptables',
      ipFamilies: ['IPv4'],
      assumptions: [],
    });
  });

  test('yields to the DaemonSet of another CNI: annotations stay after a migration', () => {
    const profile = detectProfile({ ...bare, daemonSets: [daemonSet('calico-node')], nodes: [k3s(['server'])] });
    expect(profile.cni).toBe('calico');
    expect(profile.cniBackend).toBeUndefined();
  });

  test('is not concluded while DaemonSets may not be read', () => {
    const { daemonSets: _daemonSets, ...blind } = bare;
    expect(detectProfile({ ...blind, nodes: [k3s(['server'])] }).cni).toBeUndefined();
  });

  test.for([
    [['server'], 'iptables'],
    [['server', '--kube-proxy-arg', 'proxy-mode=ipvs'], 'ipvs'],
    [['server', '--kube-proxy-arg=--proxy-mode=nftables'], 'nftables'],
    [['server', '--disable-kube-proxy'], 'none'],
    [['server', '--kube-proxy-arg=v=2'], 'iptables'],
    [['server', '--kube-proxy-arg=proxy-mode=odd'], undefined],
  ] as const)('with the arguments %j runs kube-proxy in mode %s', ([args, mode]) => {
    expect(detectProfile({ ...bare, nodes: [k3s([...args])] }).kubeProxyMode).toBe(mode);
  });

  test.for(['', '{', '"server"', '{"a":1}'])('takes the annotation %j for none', (text) => {
    expect(detectProfile({ ...bare, nodes: [k3s([], { 'k3s.io/node-args': text })] }).kubeProxyMode).toBeUndefined();
  });
});

describe("flannel's agent", () => {
  const needs = (image: string, config: object | undefined, name = 'kube-flannel-ds') =>
    detectProfile(
      evidence({
        daemonSets: [daemonSet(name, { container: 'kube-flannel', image })],
        cniConfigs: config ? { [name === 'canal' ? 'canal' : 'flannel']: flannelConfig(config) } : {},
      }),
    ).agentNeedsBridgeNetfilter;

  test.for([
    ['flannel:v0.25.7', {}, false],
    ['flannel:v0.26.0', {}, true],
    ['flannel:v0.27.4', { EnableNFTables: true }, true],
    ['flannel:v0.28.0', { EnableNFTables: true }, false],
    ['flannel:v0.28.0', { enableNFTables: true }, false],
    ['flannel:v0.28.9', { EnableNFTables: false }, true],
    ['flannel:v0.28.9', { EnableNFTables: 'true' }, true],
    ['flannel:v0.28.9', {}, true],
    ['flannel:v0.28.9', undefined, undefined],
    ['flannel:v1.0.0', {}, true],
    ['registry.local:5000/rancher/hardened-flannel:v0.28.5-build20260604@sha256:0a', {}, true],
    ['registry.local:5000/flannel', {}, undefined],
    ['flannel:latest', {}, undefined],
    ['flannel@sha256:0123', {}, undefined],
    ['', {}, undefined],
  ] as const)('of %s with %j needs bridge netfilter: %s', ([image, config, expected]) => {
    expect(needs(image, config)).toBe(expected);
  });

  test('needs it in canal too, where pods are not on a bridge', () => {
    expect(needs('flannel:v0.27.0', {}, 'canal')).toBe(true);
    expect(needs('flannel:v0.24.4', {}, 'canal')).toBe(false);
  });

  test('that hands pods to another plug-in than bridge puts them on none', () => {
    const cniConfigs = { flannel: flannelConfig({}, { delegate: { type: 'ptp' } }) };
    expect(detectProfile(evidence({ cniConfigs })).podsOnBridge).toBe(false);
    const usual = { flannel: flannelConfig({}, { delegate: { hairpinMode: true } }) };
    expect(detectProfile(evidence({ cniConfigs: usual })).podsOnBridge).toBe(true);
  });

  test.for(['', '{', 'null', '[]', '"text"', '{"Backend":"vxlan"}', '{"Backend":{"Type":["a"]}}'])(
    'with the garbage %j for a configuration is still flannel',
    (text) => {
      const cniConfigs = { flannel: { 'net-conf.json': text, 'cni-conf.json': text } };
      expect(detectProfile(evidence({ cniConfigs }))).toMatchObject({ cni: 'flannel', podsOnBridge: true });
    },
  );
});

describe('the kube-proxy mode', () => {
  const proxy = daemonSet('kube-proxy', {
    command: ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
  });
  const mode = (parts: Partial<Evidence>) => detectProfile(evidence(parts)).kubeProxyMode;
  const inConfig = (text: string) => mode({ daemonSets: [proxy], kubeProxyConfig: { 'config.conf': text } });

  test.for([
    ['mode: ""', 'iptables'],
    ['bindAddress: 0.0.0.0', 'iptables'],
    ['mode:', 'iptables'],
    ['mode: iptables', 'iptables'],
    ['mode: ipvs', 'ipvs'],
    ['{"mode": "nftables"}', 'nftables'],
    ['mode: kernelspace', undefined],
    ['mode: [ipvs]', undefined],
    ['mode: "', undefined],
    ['just text', undefined],
    ['', undefined],
    ['a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d, *d, *d]\nmode: ipvs', undefined],
  ] as const)('of %j is %s', ([text, expected]) => {
    expect(inConfig(text)).toBe(expected);
  });

  test('is found under the key that EKS uses', () => {
    expect(mode({ daemonSets: [proxy], kubeProxyConfig: { config: 'mode: ipvs' } })).toBe('ipvs');
  });

  test('counts without a DaemonSet: kube-proxy may be a service of the host', () => {
    expect(mode({ daemonSets: [], kubeProxyConfig: { 'config.conf': 'mode: nftables' } })).toBe('nftables');
  });

  test.for([
    [['--proxy-mode=ipvs'], 'ipvs'],
    [['--proxy-mode', 'nftables'], 'nftables'],
    [['--v=2'], 'iptables'],
    [['--config=/etc/x'], undefined],
    [['--config', '/etc/x', '--proxy-mode=ipvs'], undefined],
  ] as const)('without a ConfigMap comes from the arguments %j: %s', ([args, expected]) => {
    const { kubeProxyConfig: _config, ...rest } = evidence();
    const daemonSets = [daemonSet('kube-proxy', { args: [...args] })];
    expect(detectProfile({ ...rest, daemonSets }).kubeProxyMode).toBe(expected);
  });

  test.for([
    ['cilium', { 'kube-proxy-replacement': 'true' }, 'none'],
    ['cilium', { 'kube-proxy-replacement': 'strict' }, 'none'],
    ['cilium', { 'kube-proxy-replacement': 'false' }, 'ipvs'],
    ['cilium', undefined, 'ipvs'],
    ['calico-node', undefined, 'ipvs'],
    ['anetd', { 'kube-proxy-replacement': 'true' }, 'none'],
    ['ovnkube-node', undefined, 'none'],
  ] as const)('with %s and %j, a ConfigMap left over and no DaemonSet is %s', ([agent, cilium, expected]) => {
    const kubeProxyConfig = { 'config.conf': 'mode: ipvs' };
    expect(
      mode({
        daemonSets: [daemonSet(agent)],
        cniConfigs: cilium ? { [agent === 'anetd' ? 'gke' : 'cilium']: cilium } : {},
        kubeProxyConfig,
      }),
    ).toBe(expected);
  });

  test('is not none while the DaemonSet of kube-proxy is there', () => {
    const cniConfigs = { cilium: { 'kube-proxy-replacement': 'true' } };
    expect(mode({ daemonSets: [daemonSet('cilium'), proxy], cniConfigs })).toBe('iptables');
  });

  test('is none when kube-router serves Services, also beside another CNI', () => {
    const router = daemonSet('kube-router', { args: ['--run-router=false', '--run-service-proxy=true'] });
    const { kubeProxyConfig: _config, ...rest } = evidence({ daemonSets: [flannelDaemonSet('v0.28.9'), router] });
    expect(detectProfile(rest).kubeProxyMode).toBe('none');
  });
});

describe('the IP families', () => {
  test.for<[name: string, parts: Partial<Evidence>, expected: string[] | undefined]>([
    ['podCIDRs of one family', { nodes: [node()] }, ['IPv4']],
    [
      'podCIDRs of both, though the Service has one',
      { nodes: [node({ podCIDRs: ['10.0.0.0/24', 'fd00::/64'] })] },
      ['IPv4', 'IPv6'],
    ],
    ['podCIDRs of different nodes', { nodes: [node(), node({ podCIDRs: ['fd00::/64'] })] }, ['IPv4', 'IPv6']],
    [
      'the Service alone',
      { nodes: [node({ podCIDRs: [] })], kubernetesService: { clusterIPs: ['fd00::1'], ipFamilies: [] } },
      ['IPv6'],
    ],
    [
      'nothing',
      { nodes: [node({ podCIDRs: [] })], kubernetesService: { clusterIPs: ['None'], ipFamilies: ['odd'] } },
      undefined,
    ],
    ['flannel with EnableIPv6', { cniConfigs: { flannel: flannelConfig({ EnableIPv6: true }) } }, ['IPv4', 'IPv6']],
    ['Cilium with enable-ipv6', { cniConfigs: { cilium: { 'enable-ipv6': 'true' } } }, ['IPv4', 'IPv6']],
  ])('of %s', ([_name, parts, expected]) => {
    expect(detectProfile(evidence(parts)).ipFamilies).toEqual(expected);
  });
});

test.for([
  [node({ system: { kubelet: 'v1.34.4+k3s1' } }), 'k3s'],
  [node({ system: { kubelet: 'v1.34.4+rke2r1' } }), 'rke2'],
  [node({ system: { kubelet: 'v1.36.3+k0s' } }), 'k0s'],
  [node({ system: { kubelet: 'v1.34.4-eks-0123abc' } }), 'eks'],
  [node({ system: { kubelet: 'v1.34.4-gke.1003000' } }), 'gke'],
  [node({ labels: { 'kubernetes.azure.com/cluster': 'mc' } }), 'aks'],
  [node({ labels: { 'node.openshift.io/os_id': 'rhel' } }), 'openshift'],
  [node({ system: { osImage: 'Talos (v1.13.9)' } }), 'talos'],
  [node(), undefined],
] as const)('the distribution of %j is %s', ([member, expected]) => {
  expect(detectProfile(evidence({ nodes: [node(), member] })).distribution).toBe(expected);
});
