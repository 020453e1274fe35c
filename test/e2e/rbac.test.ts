import { randomInt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { CheckReport } from '../../src/report/report.ts';
import { netprereq } from '../support/command.ts';
import { cluster, clusterProgram, kubectl, kubectlApply, OURS } from './cluster.ts';

/** A manifest's object, as far as it matters here. */
interface RbacObject {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  roleRef?: { name: string };
}

const ID = `e2e-rbac-${randomInt(10_000, 100_000)}`;
const NODE = 'ns-1';
const BIG_FILE = `/etc/sysctl.d/00-${ID}.conf`;
const DAEMONSET = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'kube-flannel-ds', namespace: 'kube-system', labels: { 'k8s-app': 'flannel' } },
  spec: {
    selector: { matchLabels: { app: ID } },
    template: {
      metadata: { labels: { app: ID } },
      // On one other node, where its pod never starts: what is meant for no node does not count.
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': 'ns-2' },
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name: 'kube-flannel', image: 'flannel:none', imagePullPolicy: 'Never' }],
      },
    },
  },
};

const CONFIG_MAP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-flannel-cfg', namespace: 'kube-system' },
  data: { 'net-conf.json': JSON.stringify({ Network: '10.244.0.0/16', Backend: { Type: 'vxlan' } }) },
};

/** The manifest as --print-rbac prints it, under names of its own: other users' roles must not change meanwhile. */
let granted: RbacObject[];
let ownDaemonSet = false;

async function printed(): Promise<RbacObject[]> {
  const { code, stdout, stderr } = await netprereq(['check', '--print-rbac', '--as', ID]);
  expect([code, stderr]).toEqual([0, '']);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as RbacObject);
  return objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, name: ID },
    ...(object.roleRef && { roleRef: { ...object.roleRef, name: ID } }),
  }));
}

const resourcesIn = (objects: readonly RbacObject[]) =>
  objects.flatMap(({ rules = [] }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
    ),
  );

/** The manifest without one verb on one resource. */
function without(objects: readonly RbacObject[], right: string): RbacObject[] {
  const [verb, resource] = right.split(' ');
  return objects.map(({ rules, ...object }) =>
    rules === undefined
      ? object
      : {
          ...object,
          rules: rules
            .map((rule) =>
              rule.resources.includes(`${resource}`)
                ? { ...rule, verbs: rule.verbs.filter((each) => each !== verb) }
                : rule,
            )
            .filter(({ verbs }) => verbs.length > 0),
        },
  );
}

/** Grants this and nothing else, and waits until the authorizer knows. */
async function grant(objects: readonly RbacObject[]): Promise<void> {
  await kubectlApply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const wanted = new Set(resourcesIn(objects));
  for (const right of resourcesIn(granted)) {
    const [verb = '', name = ''] = right.split(' ');
    const [resource = '', subresource] = name.split('/');
    const words = ['auth', 'can-i', verb, resource, '-n', 'kube-system', '--as', ID];
    const ask = () => kubectl(...words, ...(subresource ? [`--subresource=${subresource}`] : [])).catch(() => 'no');
    await expect.poll(ask, { timeout: 10_000 }).toBe(wanted.has(right) ? 'yes' : 'no');
  }
}

const check = (...args: string[]) => netprereq(['check', NODE, '-o', 'json', '--timeout', '120s', ...args]);

/** All of a report that does not differ from run to run. */
async function reportOf(...args: string[]): Promise<Omit<CheckReport, 'run' | 'summary'>> {
  const { stdout, stderr } = await check(...args);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  const { run: _, summary: __, ...rest } = JSON.parse(stdout) as CheckReport;
  return rest;
}

const podsOnNode = () =>
  kubectl('get', 'pods', '-A', '-l', OURS, '-o', 'json').then((text) =>
    (JSON.parse(text) as { items: { metadata: { annotations?: Record<string, string> } }[] }).items.filter(
      ({ metadata }) => metadata.annotations?.['netprereq.io/node'] === NODE,
    ),
  );

describe.skipIf(!clusterProgram)('the RBAC manifest of --print-rbac (NETPREREQ_E2E_CLUSTER)', () => {
  beforeAll(async () => {
    // An answer that fits into no termination message: what has no pattern does not compress.
    const lines =
      'for i in $(seq 120); do echo "net.ipv4.conf.$(head -c 24 /dev/urandom | md5sum | cut -c-32).forwarding=1"; done';
    await cluster('exec', NODE, 'sh', '-c', `(${lines}) >${BIG_FILE}`);
    if ((await kubectl('get', 'daemonsets', '-A', '-o', 'name')) === '') {
      ownDaemonSet = true;
      await kubectlApply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [DAEMONSET, CONFIG_MAP] }));
      const { name } = DAEMONSET.metadata;
      const path = 'jsonpath={.status.desiredNumberScheduled}';
      const scheduled = () => kubectl('get', '-n', 'kube-system', 'daemonset', name, '-o', path);
      await vi.waitFor(async () => expect(await scheduled()).toBe('1'), { timeout: 20_000, interval: 500 });
    }
    granted = await printed();
  });

  afterAll(async () => {
    await cluster('exec', NODE, 'rm', '-f', BIG_FILE);
    if (ownDaemonSet) {
      const names = [`daemonset/${DAEMONSET.metadata.name}`, `configmap/${CONFIG_MAP.metadata.name}`];
      await kubectl('delete', '-n', 'kube-system', ...names);
    }
    await kubectl('delete', '--ignore-not-found', 'clusterrole,clusterrolebinding', ID);
    await kubectl('delete', '--ignore-not-found', '-n', 'kube-system', 'role,rolebinding', ID);
  });

  afterEach(async () => {
    // Others may be checking the same node: their pods go, one that was left behind stays.
    await expect.poll(podsOnNode, { timeout: 20_000 }).toEqual([]);
  });

  test('is sufficient: its user learns what an administrator does', async () => {
    await grant(granted);
    const whole = await reportOf();
    expect(whole.cluster).toMatchObject({ cni: 'flannel', kubeProxyMode: 'iptables', ipFamilies: ['IPv4'] });
    expect(await reportOf('--as', ID)).toEqual(whole);
  });

  test.for(['list nodes', 'create pods', 'list pods', 'watch pods', 'delete pods'])(
    'cannot do without: %s',
    async (right) => {
      await grant(without(granted, right));
      const { code, stdout, stderr } = await check('--as', ID);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
      const [verb, resource] = right.split(' ');
      expect(stderr).toMatch(new RegExp(`^ {2}Rights that you lack: ${verb} ${resource}\\b`, 'm'));
      expect(stderr).toMatch(/ check --print-rbac .*--as /);
    },
  );

  test.for([
    ['list daemonsets', 'cni'],
    ['get configmaps', 'cniBackend'],
    ['get services', 'ipFamilies'],
  ] as const)('is better with: %s', async ([right, detected], { skip }) => {
    const podCIDRs = await kubectl('get', 'node', NODE, '-o', 'jsonpath={.spec.podCIDRs}');
    if (detected === 'ipFamilies' && podCIDRs !== '') skip("the node's podCIDRs tell the IP families already");
    await grant(without(granted, right));
    const poorer = await reportOf('--as', ID);
    expect(poorer.cluster?.[detected]).toBeNull();
    // The node shows the rest of what a ConfigMap tells.
    if (detected !== 'cniBackend') expect(poorer.assumptions).not.toEqual([]);
  });

  test('is better with: get pods/log, for a node whose answer is too long for a pod status', async () => {
    const whole = await reportOf();
    await grant(without(granted, 'get pods/log'));
    const poorer = await reportOf('--as', ID);
    expect(JSON.stringify(poorer.nodes)).toMatch(/answer was truncated: /);
    expect(JSON.stringify(whole.nodes)).not.toMatch(/answer was truncated: /);
  });

  test('grants nothing that these tests did not take away', () => {
    expect(resourcesIn(granted).sort()).toEqual(
      [
        'list nodes',
        ...['create', 'list', 'watch', 'delete'].map((verb) => `${verb} pods`),
        'list daemonsets',
        'get configmaps',
        'get services',
        'list servicecidrs',
        'get pods/log',
      ].sort(),
    );
  });
});
