import { describe, expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { Evidence } from '../../src/cluster/evidence.ts';
import { CNIS } from '../../src/cnis/index.ts';
import { CNI_IDS } from '../../src/cnis/lookup.ts';
import {
  calicoDaemonSet,
  daemonSet,
  evidence,
  flannelConfig,
  flannelDaemonSet,
  node,
  proxyConfig,
} from './evidence.ts';

const NOTHING: Evidence = { nodes: [], configMaps: {} };
const FLANNEL_CONFIG = 'kube-flannel/kube-flannel-cfg';

test('a kubeadm cluster with flannel', () => {
  expect(detectProfile(evidence())).toEqual({
    cni: 'flannel',
    cniBackend: 'vxlan',
    podsOnBridge: true,
    agentNeedsBridgeNetfilter: true,
    kubeProxyMode: 'iptables',
    ipFamilies: ['IPv4'],
    podCIDRs: ['10.244.0.0/24'],
    assumptions: [],
  });
});

test('DaemonSets that could not be read are why the CNI is unknown', () => {
  const why = 'Error from server: an answer that no Kubernetes API gives';
  const [assumption] = detectProfile({ ...NOTHING, daemonSetsUnread: why }).assumptions;
  expect(assumption?.text).toContain(`The CNI is unknown, because the DaemonSets could not be read (${why})`);
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
    [calicoDaemonSet({ namespace: 'calico-system' }), 'calico', false],
    [daemonSet('cilium'), 'cilium', false],
    [daemonSet('antrea-agent'), 'antrea', false],
    [daemonSet('ovnkube-node', { namespace: 'openshift-ovn-kubernetes' }), 'ovn-kubernetes', false],
    [daemonSet('kube-router'), 'kube-router', true],
    [daemonSet('weave-net'), 'weave', true],
    [daemonSet('aws-node'), 'aws-vpc', false],
    [daemonSet('azure-cns'), 'azure', false],
    [daemonSet('anetd'), 'gke', false],
    [daemonSet('kube-ovn-cni'), 'kube-ovn', false],
    [daemonSet('sdn', { namespace: 'openshift-sdn' }), 'openshift-sdn', false],
    [daemonSet('terway-eniip'), 'terway', false],
    [daemonSet('kindnet'), 'kindnet', false],
    [flannelDaemonSet('v0.28.9'), 'flannel', true],
    [flannelDaemonSet('v0.11.0', 'kube-flannel-ds-amd64'), 'flannel', true],
    [daemonSet('flannel', { labels: { app: 'flannel' }, container: 'kube-flannel' }), 'flannel', true],
  ] as const)('of $0.name is %s', ([agent, cni, podsOnBridge]) => {
    const profile = detectProfile(evidence({ daemonSets: [daemonSet('node-exporter'), agent], configMaps: {} }));
    expect(profile.cni).toBe(cni);
    expect(profile.podsOnBridge).toBe(podsOnBridge);
    expect(profile.assumptions.some(({ flag }) => flag === '--cni')).toBe(false);
  });

  test.for([
    [daemonSet('kube-router', { args: ['--run-router=false', '--run-firewall=true'] })],
    [daemonSet('kube-multus-ds')],
    [daemonSet('cilium-envoy')],
    [daemonSet('kube-flannel-ds-windows-amd64')],
    [daemonSet('dashboard', { labels: { app: 'flannel' } })],
  ])('is not told by %j', ([agent]) => {
    const profile = detectProfile(evidence({ daemonSets: agent ? [agent] : [], configMaps: {} }));
    expect(profile.cni).toBeUndefined();
    expect(profile.podsOnBridge).toBeUndefined();
  });

  test('is left open when agents of two kinds are there, as in a migration', () => {
    const profile = detectProfile(evidence({ daemonSets: [flannelDaemonSet('v0.28.9'), calicoDaemonSet()] }));
    expect(profile.cni).toBeUndefined();
    expect(profile.podsOnBridge).toBeUndefined();
    expect(profile.agentNeedsBridgeNetfilter).toBe(true);
    expect(profile.assumptions[0]?.text).toContain('flannel and calico');
  });

  test('is the one that makes the pod network when two of a kind share the work', () => {
    const profile = detectProfile(evidence({ daemonSets: [calicoDaemonSet(), daemonSet('aws-node')], configMaps: {} }));
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
  const bare = evidence({ daemonSets: [], configMaps: {} });

  test('is known by the annotations of the nodes', () => {
    expect(detectProfile({ ...bare, nodes: [k3s(['server', '--flannel-backend=wireguard-native'])] })).toEqual({
      distribution: 'k3s',
      cni: 'flannel',
      cniBackend: 'wireguard',
      podsOnBridge: true,
      kubeProxyMode: 'iptables',
      ipFamilies: ['IPv4'],
      podCIDRs: ['10.244.0.0/24'],
      assumptions: [],
    });
  });

  test('yields to the DaemonSet of another CNI: annotations stay after a migration', () => {
    const profile = detectProfile({ ...bare, daemonSets: [calicoDaemonSet()], nodes: [k3s(['server'])] });
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
    [['server', '--disable-kube-proxy', 'true'], 'none'],
    [['server', '--disable-kube-proxy', 'false'], 'iptables'],
    [['server', '--disable-kube-proxy=false'], 'iptables'],
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
        configMaps: config
          ? { [`kube-system/${name === 'canal' ? 'canal-config' : 'kube-flannel-cfg'}`]: flannelConfig(config) }
          : {},
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

  test.for<[name: string, agent: ReturnType<typeof daemonSet>, config: string, delegate: object, expected: boolean]>([
    ['ptp', flannelDaemonSet('v0.28.9'), FLANNEL_CONFIG, { type: 'ptp' }, false],
    ['the default', flannelDaemonSet('v0.28.9'), FLANNEL_CONFIG, { hairpinMode: true }, true],
    ['bridge by name', flannelDaemonSet('v0.28.9'), FLANNEL_CONFIG, { type: 'bridge' }, true],
    [
      'ptp in a ConfigMap of another name (a public manifest calls it kube-flannel-cfg-routed-unsafe)',
      flannelDaemonSet('v0.25.1', 'kube-flannel-ds', { configMaps: ['kube-flannel-cfg-routed'] }),
      'kube-flannel/kube-flannel-cfg-routed',
      { type: 'ptp' },
      false,
    ],
    [
      'ptp under a key of another name',
      flannelDaemonSet('v0.25.1', 'kube-flannel-ds', { configMaps: ['edge'] }),
      'kube-flannel/edge',
      { type: 'ptp' },
      false,
    ],
    [
      'ipvlan in the second volume',
      flannelDaemonSet('v0.25.1', 'kube-flannel-ds', { configMaps: ['ca-bundle', 'edge-cfg'] }),
      'kube-flannel/edge-cfg',
      { type: 'ipvlan' },
      false,
    ],
  ])('that hands pods to %s', ([_name, agent, config, delegate, expected]) => {
    const usual = flannelConfig({}, { delegate });
    const other = { 'net.json': usual['net-conf.json'], '10-flannel.conflist': usual['cni-conf.json'] };
    const configMaps = { [config]: config.endsWith('/edge') ? other : usual };
    expect(detectProfile(evidence({ daemonSets: [agent], configMaps })).podsOnBridge).toBe(expected);
  });

  test('goes by the ConfigMap that its DaemonSet mounts, not by one of the usual name that is left over', () => {
    const agent = flannelDaemonSet('v0.25.1', 'kube-flannel-ds', { configMaps: ['routed'] });
    const configMaps = {
      [FLANNEL_CONFIG]: flannelConfig({}),
      'kube-flannel/routed': flannelConfig({}, { delegate: { type: 'ptp' } }),
    };
    expect(detectProfile(evidence({ daemonSets: [agent], configMaps })).podsOnBridge).toBe(false);
  });

  test.for(['', '{', 'null', '[]', '"text"', '{"Backend":"vxlan"}', '{"Backend":{"Type":["a"]}}'])(
    'with the garbage %j for a configuration is still flannel',
    (text) => {
      const configMaps = { [FLANNEL_CONFIG]: { 'net-conf.json': text, 'cni-conf.json': text } };
      expect(detectProfile(evidence({ configMaps }))).toMatchObject({ cni: 'flannel', podsOnBridge: true });
    },
  );
});

describe('the kube-proxy mode', () => {
  const proxy = daemonSet('kube-proxy', {
    command: ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
  });
  const mode = (parts: Partial<Evidence>) => detectProfile(evidence(parts)).kubeProxyMode;
  const inConfig = (text: string) =>
    mode({ daemonSets: [proxy], configMaps: { 'kube-system/kube-proxy': { 'config.conf': text } } });

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

  test('counts without a DaemonSet: kube-proxy may be a service of the host', () => {
    expect(mode({ daemonSets: [], configMaps: { 'kube-system/kube-proxy': proxyConfig('nftables') } })).toBe(
      'nftables',
    );
  });

  test.for([
    [['--proxy-mode=ipvs'], 'ipvs'],
    [['--proxy-mode', 'nftables'], 'nftables'],
    [['--v=2'], 'iptables'],
    [['--config=/etc/x'], undefined],
    [['--config', '/etc/x', '--proxy-mode=ipvs'], undefined],
  ] as const)('without a ConfigMap comes from the arguments %j: %s', ([args, expected]) => {
    const daemonSets = [daemonSet('kube-proxy', { args: [...args] })];
    expect(mode({ daemonSets, configMaps: {} })).toBe(expected);
  });

  test.for([
    ['cilium', { 'kube-proxy-replacement': 'true' }, 'none'],
    ['cilium', { 'kube-proxy-replacement': 'strict' }, 'none'],
    ['cilium', { 'kube-proxy-replacement': 'false' }, 'ipvs'],
    ['cilium', undefined, 'ipvs'],
    ['weave-net', undefined, 'ipvs'],
    ['anetd', { 'kube-proxy-replacement': 'true' }, 'none'],
    ['ovnkube-node', undefined, 'none'],
  ] as const)('with %s and %j, a ConfigMap left over and no DaemonSet is %s', ([agent, cilium, expected]) => {
    const configMaps = {
      'kube-system/kube-proxy': proxyConfig('ipvs'),
      ...(cilium && { 'kube-system/cilium-config': cilium }),
    };
    expect(mode({ daemonSets: [daemonSet(agent)], configMaps })).toBe(expected);
  });

  test('is not none while the DaemonSet of kube-proxy is there', () => {
    const configMaps = {
      'kube-system/kube-proxy': proxyConfig('""'),
      'kube-system/cilium-config': { 'kube-proxy-replacement': 'true' },
    };
    expect(mode({ daemonSets: [daemonSet('cilium'), proxy], configMaps })).toBe('iptables');
  });

  test('is none when kube-router serves Services, also beside another CNI', () => {
    const router = daemonSet('kube-router', { args: ['--run-router=false', '--run-service-proxy=true'] });
    expect(mode({ daemonSets: [flannelDaemonSet('v0.28.9'), router], configMaps: {} })).toBe('none');
    const byDefault = daemonSet('kube-router', { args: ['--kubeconfig=/var/lib/kube-router/kubeconfig'] });
    expect(mode({ daemonSets: [byDefault], configMaps: {} })).toBe('none');
    const off = daemonSet('kube-router', { args: ['--run-service-proxy=false'] });
    expect(mode({ daemonSets: [off], configMaps: {} })).toBeUndefined();
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
    [
      'flannel with EnableIPv6',
      { configMaps: { [FLANNEL_CONFIG]: flannelConfig({ EnableIPv6: true }) } },
      ['IPv4', 'IPv6'],
    ],
    [
      'Cilium with enable-ipv6',
      { daemonSets: [daemonSet('cilium')], configMaps: { 'kube-system/cilium-config': { 'enable-ipv6': 'true' } } },
      ['IPv4', 'IPv6'],
    ],
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
  [node({ labels: { 'microk8s.io/cluster': 'true' } }), 'microk8s'],
  [node({ labels: { 'kops.k8s.io/instancegroup': 'nodes-a' } }), 'kops'],
  [node(), undefined],
] as const)('the distribution of %j is %s', ([member, expected]) => {
  expect(detectProfile(evidence({ nodes: [node(), member] })).distribution).toBe(expected);
});
