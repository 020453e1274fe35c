import { describe, expect, test } from 'vitest';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { Evidence } from '../../src/cluster/evidence.ts';
import type { ConfigFile, NodeFacts } from '../../src/facts/facts.ts';
import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { evaluateImage, evaluateNode } from '../../src/judge/evaluate.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { isRefusal, planNode } from '../../src/plan/planner.ts';
import {
  calicoDaemonSet,
  daemonSet,
  evidence,
  flannelConfig,
  flannelDaemonSet,
  node,
  proxyConfig,
} from '../cluster/evidence.ts';
import { CAPTURED } from '../fixtures/captured.ts';
import { RECONSTRUCTED, type SystemFixture } from '../fixtures/systems.ts';
import { JUDGED, NOT_JUDGED } from './established.ts';
import { BRIDGE4, BRIDGE6, file, value } from './facts.ts';
import { healthy, type Parts } from './healthy-node.ts';

// A node of each of these systems, made for Kubernetes as its guides say, in clusters that such a node is common in: nothing is an alarm.
// Of a captured system the files and the kernel's modules are real. What runs on the node is made up, as a healthy node has it.

for (const { id } of NOT_JUDGED) test.todo(`these nodes have no value yet for what ${id} reads`);

const SYSTEMS: readonly SystemFixture[] = [...CAPTURED, ...RECONSTRUCTED];

const proxy = (mode: string): Partial<Evidence> => ({
  daemonSets: [daemonSet('kube-proxy', { desired: 3 })],
  configMaps: { 'kube-system/kube-proxy': proxyConfig(mode) },
});
function cluster(
  agents: Evidence['daemonSets'] & {},
  configMaps: Evidence['configMaps'] = {},
  mode = '""',
): Partial<Evidence> {
  const { daemonSets = [], configMaps: own = {} } = proxy(mode);
  return { daemonSets: [...agents, ...daemonSets], configMaps: { ...own, ...configMaps } };
}

/** Pods on flannel's bridge. */
const BRIDGED: Partial<Parts> = {
  bridges: [{ name: 'cni0', portCount: 2, nfCallIptables: false, nfCallIp6tables: false }],
  networks: [{ link: 'cni0', is: 'bridge', cidrs: ['0af40000/24'] }],
  sysctls: { [BRIDGE4]: value('1'), [BRIDGE6]: value('1') },
};
const loaded = { loaded: true, inSysfs: true, builtin: false, file: 'kernel/x.ko', dependencies: [] };
const CILIUM = file(
  '/etc/sysctl.d/99-zzz-override_cilium.conf',
  '-net.ipv4.conf.lxc*.rp_filter = 0',
  '-net.ipv4.conf.cilium_*.rp_filter = 0',
  'net.ipv4.conf.all.rp_filter = 0',
);

interface Cluster {
  name: string;
  api: Partial<Evidence>;
  parts: Partial<Parts> & { plugins: string[] };
  /** A file that the CNI itself writes into sysctl.d. */
  writes?: typeof CILIUM;
}

const flannel = cluster([flannelDaemonSet('v0.28.9')], { 'kube-flannel/kube-flannel-cfg': flannelConfig({}) });
const CLUSTERS: readonly Cluster[] = [
  { name: 'flannel', api: flannel, parts: { plugins: ['flannel', 'portmap'], ...BRIDGED } },
  {
    name: 'flannel of Talos',
    api: {
      ...cluster(
        [flannelDaemonSet('v0.28.9')],
        { 'kube-flannel/kube-flannel-cfg': flannelConfig({ EnableNFTables: true }) },
        'nftables',
      ),
      nodes: [node({ system: { osImage: 'Talos (v1.13.9)' } })],
    },
    parts: { plugins: ['flannel', 'portmap'], ...BRIDGED },
  },
  { name: 'Calico', api: cluster([calicoDaemonSet()]), parts: { plugins: ['calico', 'portmap'] } },
  {
    name: 'Calico, kube-proxy in mode ipvs',
    api: cluster([calicoDaemonSet()], {}, 'ipvs'),
    parts: { plugins: ['calico', 'portmap'] },
  },
  {
    name: 'Cilium',
    api: {
      daemonSets: [daemonSet('cilium')],
      configMaps: { 'kube-system/cilium-config': { 'kube-proxy-replacement': 'true', 'enable-ipv6': 'false' } },
    },
    parts: { plugins: ['cilium-cni'] },
    writes: CILIUM,
  },
  { name: 'Antrea', api: cluster([daemonSet('antrea-agent')]), parts: { plugins: ['antrea', 'portmap'] } },
  { name: 'kindnet', api: cluster([daemonSet('kindnet')]), parts: { plugins: ['ptp'] } },
  {
    name: 'AWS VPC CNI',
    api: {
      ...cluster([daemonSet('aws-node')]),
      nodes: [node({ podCIDRs: [], system: { kubelet: 'v1.34.4-eks-0123abc' } })],
    },
    parts: { plugins: ['aws-cni', 'egress-cni', 'portmap'] },
  },
];
/** Theirs alone. */
const OF_ONE_SYSTEM = new Set(['flannel of Talos', 'AWS VPC CNI']);

const fits = ({ only }: SystemFixture, { name }: Cluster) => (only ? only.includes(name) : !OF_ONE_SYSTEM.has(name));

/** The system's node in the cluster. */
function nodeOf(
  { os, kernel, boot, files = [], modules: known, services }: SystemFixture,
  { parts, writes }: Cluster,
): NodeFacts {
  const facts = healthy({
    ...parts,
    os,
    others: [...files],
    usualFiles: false,
    services,
    boot: {
      id: '0f2c1d9e-5c1f-4a8e-9a52-0d6c2f8b7a31',
      ...boot,
      sysctl: [...(boot.sysctl ?? []), ...(writes ? [writes] : [])],
    },
  });
  const modules = { ...facts.modules, br_netfilter: loaded, ...known };
  return { ...facts, modules, kernel: { ...facts.kernel, release: kernel, installed: [kernel], images: [kernel] } };
}

test('there are ten systems, and each says whether it was read from a machine or put together', () => {
  expect(SYSTEMS.length).toBeGreaterThanOrEqual(10);
  for (const { origin, from } of SYSTEMS)
    expect([origin, from]).toEqual([
      expect.stringMatching(/^(captured|reconstructed)$/),
      expect.stringMatching(/\w{3}/),
    ]);
});

describe.each(SYSTEMS)('$name ($origin)', (system) => {
  const common = CLUSTERS.filter((one) => fits(system, one));

  test.for(common.map((one) => [one.name, one] as const))('%s: no failure, no warning, nothing to fix', ([, one]) => {
    const facts = nodeOf(system, one);
    const profile = detectProfile(evidence({ configMaps: {}, ...one.api }));
    const findings = evaluateNode(profile, facts, JUDGED);
    const alarms = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
    expect(alarms.map(({ rule, verdict, message, why }) => [rule, verdict, message, why].join(': '))).toEqual([]);
    const plan = planNode({ node: 'node-1', facts, findings }, profile, { rules: JUDGED });
    expect(isRefusal(plan) ? plan.reason : plan.steps).toEqual([]);
  });
});

/** Whether all that the rule reads was asked when the system was captured. Of a rule that is newer nothing can be said. */
function wasAsked({ reads = {}, requires }: Rule, asked: FactsRequest): boolean {
  const { modules, files, paths } = mergeRequests(
    [reads, requires.reads].map((part) => ({ ...NOTHING_ASKED, ...part })),
  );
  const known = new Set([...asked.modules, ...asked.files, ...asked.paths]);
  return [...modules, ...files, ...paths].every((one) => known.has(one));
}

describe.each(CAPTURED)('$name, as the image that it was captured of', ({ image, request }) => {
  const rules = JUDGED.filter((rule) => wasAsked(rule, request));

  test('most rules were there when it was captured: else npm run capture has to write it anew', () => {
    expect(rules.length).toBeGreaterThanOrEqual(JUDGED.length - 5);
  });

  const alarmsOf = (facts: NodeFacts, { api }: Pick<Cluster, 'api'>) =>
    evaluateImage(detectProfile(evidence({ configMaps: {}, ...api })), facts, rules).filter(
      ({ verdict }) => verdict !== 'pass' && verdict !== 'skip',
    );

  test.for(CLUSTERS.map((one) => [one.name, one] as const))('%s: no failure, no warning', ([, one]) => {
    const alarms = alarmsOf(image, one);
    expect(alarms.map(({ rule, verdict, message, why }) => [rule, verdict, message, why].join(': '))).toEqual([]);
  });

  test('without the files that the guide has people write, it fails', () => {
    const without = (files: readonly ConfigFile[] = []) => files.filter(({ path }) => !path.endsWith('/k8s.conf'));
    const { sysctl, modulesLoad } = image.boot;
    const boot = { ...image.boot, sysctl: without(sysctl), modulesLoad: without(modulesLoad) };
    expect(alarmsOf({ ...image, boot }, { api: flannel })).toContainEqual(
      expect.objectContaining({ rule: 'ipv4-forwarding', verdict: 'fail' }),
    );
  });
});
