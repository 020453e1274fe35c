import { expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { Evidence } from '../../src/cluster/evidence.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import { isRefusal, planNode } from '../../src/plan/planner.ts';
import { calicoDaemonSet, daemonSet, evidence, node, proxyConfig } from '../cluster/evidence.ts';
import { JUDGED, NOT_JUDGED } from './established.ts';
import { FORWARD4, FORWARD6, file, value } from './facts.ts';
import { DOCKERS, FIREWALLD, healthy, KEEPS, UFWS } from './healthy-node.ts';

/**
 * The budget for false alarms: healthy nodes of the common networks give neither a failure nor a warning, and fix plans nothing for them. This
 * judges by the real rules, on purpose.
 */

for (const { id } of NOT_JUDGED)
  test.todo(`healthy nodes have no value yet for what ${id} reads: healthy-node.ts, then established.ts`);

const PROXY = daemonSet('kube-proxy', { desired: 3 });
const PROXY_CONFIG = { 'kube-system/kube-proxy': proxyConfig('""') };
const FORWARDS = ['net.ipv4.ip_forward = 1'];
const DUAL = { [FORWARD6]: value('1') };
const cilium = (config: Record<string, string>) => ({ 'kube-system/cilium-config': config });

test.for<[name: string, cluster: Partial<Evidence>, facts: NodeFacts]>([
  [
    'Calico',
    { daemonSets: [calicoDaemonSet(), PROXY], configMaps: PROXY_CONFIG },
    healthy({ plugins: ['calico', 'portmap'], networks: [{ link: 'cali1', is: 'veth', cidrs: ['0af40007/32'] }] }),
  ],
  [
    'Calico on a machine that also runs virtual machines, Docker and nerdctl',
    { daemonSets: [calicoDaemonSet(), PROXY], configMaps: PROXY_CONFIG },
    healthy({
      plugins: ['calico'],
      firewall: { chains: [DOCKERS], unread: [] },
      bridges: ['virbr0', 'docker0', 'nerdctl0', 'br100'].map((name) => ({
        name,
        portCount: 2,
      })),
    }),
  ],
  [
    'Calico with eBPF, by its operator, kube-proxy kept from all nodes',
    { daemonSets: [calicoDaemonSet({ namespace: 'calico-system' }), daemonSet('kube-proxy', { desired: 0 })] },
    healthy({ plugins: ['calico'] }),
  ],
  [
    'Cilium in place of kube-proxy',
    { daemonSets: [daemonSet('cilium')], configMaps: cilium({ 'kube-proxy-replacement': 'true' }) },
    healthy({ plugins: ['cilium-cni'], lines: FORWARDS }),
  ],
  [
    'Cilium beside kube-proxy, dual stack',
    {
      nodes: [node({ podCIDRs: ['10.0.0.0/24', 'fd00::/64'] })],
      daemonSets: [daemonSet('cilium'), PROXY],
      configMaps: { ...PROXY_CONFIG, ...cilium({ 'enable-ipv6': 'true' }) },
    },
    healthy({ plugins: ['cilium-cni'], sysctls: DUAL, lines: [...FORWARDS, 'net.ipv6.conf.all.forwarding = 1'] }),
  ],
  [
    'Antrea',
    { daemonSets: [daemonSet('antrea-agent'), PROXY], configMaps: PROXY_CONFIG },
    healthy({ plugins: ['antrea', 'portmap'] }),
  ],
  [
    'kube-ovn, after flannel, with a second network of KubeVirt',
    {
      nodes: [node({ annotations: { 'flannel.alpha.coreos.com/backend-type': 'vxlan' } })],
      daemonSets: [daemonSet('kube-ovn-cni'), PROXY],
      configMaps: PROXY_CONFIG,
    },
    healthy({
      plugins: ['multus-shim'],
      bridges: [
        { name: 'br100', portCount: 2 },
        { name: 'cni0', portCount: 0 },
      ],
    }),
  ],
  [
    'OVN-Kubernetes on OpenShift, which switches forwarding off but for its own interfaces',
    {
      nodes: [
        node({
          podCIDRs: [],
          labels: { 'node.openshift.io/os_id': 'rhel' },
          annotations: { 'k8s.ovn.org/node-subnets': '{"default":["10.128.0.0/23"]}' },
        }),
      ],
      daemonSets: [daemonSet('ovnkube-node', { namespace: 'openshift-ovn-kubernetes' })],
    },
    healthy({
      plugins: ['bridge'],
      cni: { file: '/etc/cni/net.d/100-crio-bridge.conflist' },
      programs: ['crio'],
      os: { id: 'rhcos' },
      sysctls: { [FORWARD4]: value('0') },
    }),
  ],
  [
    'OVN-Kubernetes elsewhere, dual stack',
    {
      nodes: [
        node({
          podCIDRs: [],
          annotations: { 'k8s.ovn.org/node-subnets': '{"default":["10.128.0.0/23","fd01::/64"]}' },
        }),
      ],
      daemonSets: [daemonSet('ovnkube-node', { namespace: 'ovn-kubernetes' })],
    },
    healthy({ plugins: ['ovn-k8s-cni-overlay'], sysctls: DUAL }),
  ],
  [
    'EKS with the VPC CNI, whose image sets the keys of bridges that nothing has',
    {
      nodes: [node({ podCIDRs: [], system: { kubelet: 'v1.34.4-eks-0123abc' } })],
      daemonSets: [
        daemonSet('aws-node'),
        daemonSet('kube-proxy', {
          configMaps: ['kube-proxy', 'kube-proxy-config'],
          command: ['kube-proxy', '--config=/c'],
        }),
      ],
      configMaps: { 'kube-system/kube-proxy-config': { config: 'kind: KubeProxyConfiguration\nmode: iptables\n' } },
    },
    healthy({
      others: KEEPS,
      plugins: ['aws-cni', 'egress-cni', 'portmap'],
      lines: ['net.bridge.bridge-nf-call-ip6tables = 1', 'net.bridge.bridge-nf-call-iptables = 1', ...FORWARDS],
    }),
  ],
  [
    'EKS with Calico for policies and IPv6',
    {
      nodes: [node({ podCIDRs: [], system: { kubelet: 'v1.34.4-eks-0123abc' } })],
      daemonSets: [daemonSet('aws-node'), daemonSet('calico-node', { namespace: 'calico-system' }), PROXY],
      configMaps: PROXY_CONFIG,
      kubernetesService: { clusterIPs: ['fd30::1'], ipFamilies: ['IPv6'] },
    },
    healthy({ plugins: ['aws-cni'], others: KEEPS, sysctls: DUAL }),
  ],
  [
    'AKS with the overlay of Azure',
    {
      nodes: [node({ podCIDRs: [], labels: { 'kubernetes.azure.com/cluster': 'mc' } })],
      daemonSets: [daemonSet('azure-cns'), daemonSet('kube-proxy', { command: ['kube-proxy', '--v=3'] })],
    },
    healthy({ plugins: ['azure-vnet', 'portmap'], cni: { mode: 'transparent' }, lines: FORWARDS }),
  ],
  [
    'AKS with Cilium',
    {
      nodes: [node({ podCIDRs: [], labels: { 'kubernetes.azure.com/cluster': 'mc' } })],
      daemonSets: [daemonSet('azure-cns'), daemonSet('cilium')],
      configMaps: cilium({ 'kube-proxy-replacement': 'true' }),
    },
    healthy({ plugins: ['cilium-cni', 'azure-ipam'], lines: FORWARDS }),
  ],
  [
    'GKE, classic: ptp, and kube-proxy as a static pod',
    {
      nodes: [node({ system: { kubelet: 'v1.34.4-gke.1003000' } })],
      daemonSets: [daemonSet('kube-proxy', { desired: 0 })],
    },
    healthy({ plugins: ['ptp'], lines: FORWARDS, networks: [{ link: 'veth1', is: 'veth', cidrs: ['0af40007/32'] }] }),
  ],
  [
    'GKE Dataplane V2',
    {
      nodes: [node({ system: { kubelet: 'v1.34.4-gke.1003000' } })],
      daemonSets: [daemonSet('anetd'), daemonSet('kube-proxy', { desired: 0 })],
      configMaps: cilium({ 'kube-proxy-replacement': 'strict' }),
    },
    healthy({ plugins: ['cilium-cni'], lines: FORWARDS }),
  ],
  [
    "Calico beside NetworkManager, with the file that Calico's documentation has",
    { daemonSets: [calicoDaemonSet(), PROXY], configMaps: PROXY_CONFIG },
    healthy({
      plugins: ['calico'],
      service: 'NetworkManager.service',
      others: [
        file(
          '/etc/NetworkManager/conf.d/calico.conf',
          '[keyfile]',
          'unmanaged-devices=interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico',
        ),
      ],
    }),
  ],
  [
    'EKS beside firewalld, with the ranges of pods and Services in the zone trusted',
    {
      nodes: [node({ podCIDRs: [], system: { kubelet: 'v1.34.4-eks-0123abc' } })],
      daemonSets: [daemonSet('aws-node'), PROXY],
      configMaps: PROXY_CONFIG,
    },
    healthy({
      plugins: ['aws-cni'],
      lines: FORWARDS,
      service: 'firewalld.service',
      others: [
        ...KEEPS,
        file(
          '/etc/firewalld/zones/trusted.xml',
          '<zone target="ACCEPT">',
          '<source address="10.0.0.0/16"/>',
          '<source address="172.20.0.0/16"/>',
        ),
      ],
      firewall: { chains: [FIREWALLD], unread: [] },
    }),
  ],
  [
    'kindnet beside ufw that allows routed packets',
    { daemonSets: [daemonSet('kindnet'), PROXY], configMaps: PROXY_CONFIG },
    healthy({
      plugins: ['ptp'],
      lines: FORWARDS,
      others: [file('/etc/ufw/ufw.conf', 'ENABLED=yes'), file('/etc/default/ufw', 'DEFAULT_FORWARD_POLICY="ACCEPT"')],
      firewall: { chains: [UFWS], unread: [] },
    }),
  ],
])('a healthy node of %s gives no failure, no warning and no plan', ([_name, cluster, facts]) => {
  const profile = detectProfile(evidence({ configMaps: {}, ...cluster }));
  const findings = evaluateNode(profile, facts, JUDGED);
  const alarms = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
  expect(alarms.map(({ rule, verdict, message, why }) => [rule, verdict, message, why].join(': '))).toEqual([]);
  expect(findings.map(({ rule }) => rule)).toEqual(JUDGED.map(({ id }) => id));
  const unknown = findings.filter(({ verdict, now }) => verdict !== 'skip' && now.verdict === 'unknown');
  expect(unknown.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  const plan = planNode({ node: 'node-1', facts, findings }, profile, { rules: JUDGED });
  expect(isRefusal(plan) ? plan.reason : plan.steps).toEqual([]);
});

test('a node whose pods are on a bridge is no false alarm: the same cluster, and the bridge shows it', () => {
  const facts = healthy({
    plugins: ['calico'],
    bridges: [{ name: 'cni0', portCount: 2 }],
    networks: [{ link: 'cni0', is: 'bridge', cidrs: ['0af40000/24'] }],
  });
  const profile = detectProfile(evidence({ daemonSets: [calicoDaemonSet(), PROXY], configMaps: PROXY_CONFIG }));
  expect(evaluateNode(profile, facts, JUDGED)[0]).toMatchObject({ rule: 'br-netfilter', verdict: 'fail' });
});
