import { afterEach, describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { requestOf } from '../../src/judge/request.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { bridgeOffNode, flannelCluster, forwardingOffNode, healthyNode } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { Pod } from '../support/objects.ts';
import { RULES } from '../support/rules.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

async function start(options: StandInOptions): Promise<StandIn> {
  standIn = await startStandIn({ ...flannelCluster(), ...options });
  return standIn;
}

afterEach(async () => {
  await standIn?.stop();
  standIn = undefined;
});

function check(...args: string[]) {
  return netprereq(['check', '-o', 'json', ...args], { KUBECONFIG: standIn?.kubeconfig ?? '' });
}

/** What a run reports, the facts of each node that its pods brought, and those pods. */
async function run(source: StandIn, ...args: string[]) {
  const pods = new Map<string, Pod>();
  const unsubscribe = source.store.subscribe(({ resource, object }) => {
    const pod = object as Pod;
    if (resource === 'pods' && pod.status.containerStatuses?.[0]?.state.terminated) {
      pods.set(pod.spec.nodeName ?? '', pod);
    }
  });
  const { stdout, stderr, code } = await check(...args);
  unsubscribe();
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  const report: CheckReport = JSON.parse(stdout);
  return { code, nodes: report.nodes, pods, facts: new Map([...pods].map(([name, pod]) => [name, factsOf(pod)])) };
}

function factsOf({ status }: Pod): NodeFacts {
  const opened = openEnvelope(status.containerStatuses?.[0]?.state.terminated?.message ?? '');
  if ('problem' in opened) throw new Error(opened.problem);
  return parseFacts(opened.text, requestOf(RULES));
}

/** What a node's boot is judged by: a file of each sort. */
const FILES = {
  '/etc/sysctl.d/k8s.conf': 'net.ipv4.ip_forward = 1\n',
  '/etc/sysctl.d/99-off.conf': { link: '/etc/other/off.conf' },
  '/etc/other/off.conf': 'net.bridge.bridge-nf-call-iptables = 0\n',
  '/etc/modules-load.d/k8s.conf': 'br_netfilter\n',
  '/etc/modprobe.d/deny.conf': 'blacklist br_netfilter\n',
  '/etc/cni/net.d/10-flannel.conflist': '{"plugins":[{"type":"flannel"}]}',
  '/etc/systemd/system/systemd-sysctl.service': { link: '/dev/null' },
  '/etc/systemd/system/forward.service': '[Service]\nExecStart=/sbin/modprobe br_netfilter\n',
} as const;

const probe = await startStandIn({ nodes: [healthyNode('node-1')] });
await probe.stop();
const obstacle = probe.nodes[0]?.reason;

describe.skipIf(obstacle !== undefined)(`check --least-privilege${obstacle ? ` (skipped: ${obstacle})` : ''}`, () => {
  test('finds and reports what the privileged pod does', async () => {
    const busy = healthyNode('node-4');
    const nodes = [
      healthyNode('node-1'),
      bridgeOffNode('node-2'),
      forwardingOffNode('node-3'),
      { ...busy, namespaces: { ...busy.namespaces, bridges: ['cni0', 'virbr0'], files: FILES } },
    ];
    const source = await start({ nodes });
    const privileged = await run(source);
    const least = await run(source, '--least-privilege');
    expect(least.nodes).toEqual(privileged.nodes);
    expect(least.code).toBe(privileged.code);
    expect(least.facts).toEqual(privileged.facts);
    expect(least.facts.get('node-4')?.bridges?.map(({ name }) => name)).toEqual(['cni0', 'virbr0']);
    expect(least.facts.get('node-4')?.boot.maskedUnits).toEqual(['systemd-sysctl.service']);
    expect(least.nodes.map(({ verdict }) => verdict)).toContain('fail');
  });

  test('asks for no privilege and mounts nothing but the root directory', async () => {
    const source = await start({ nodes: [healthyNode('node-1')] });
    const { pods } = await run(source, '--least-privilege');
    const spec = pods.get('node-1')?.spec;
    expect(spec).toMatchObject({
      hostNetwork: true,
      automountServiceAccountToken: false,
      volumes: [{ name: 'host', hostPath: { path: '/', type: 'Directory' } }],
    });
    expect(spec).not.toHaveProperty('hostPID');
    const [container] = spec?.containers ?? [];
    expect(container?.volumeMounts).toEqual([
      { name: 'host', mountPath: '/host', readOnly: true, recursiveReadOnly: 'IfPossible' },
    ]);
    expect(container?.securityContext).toEqual({
      privileged: false,
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('is unknown, never pass, when admission takes the network of the node away', async () => {
    await start({ nodes: [healthyNode('node-1')], faults: [{ effect: 'mutate', strip: ['hostNetwork'] }] });
    const { code, stdout } = await check('--least-privilege');
    expect(code).toBe(3);
    expect(JSON.parse(stdout).nodes[0].reason).toMatch(/spec\.hostNetwork/);
  });
});

describe('check --least-privilege', () => {
  test('says that a namespace under Pod Security takes this pod no more than the privileged one', async () => {
    await start({ nodes: [healthyNode('node-1')], faults: [{ effect: 'pod-security', level: 'baseline' }] });
    const { code, stdout, stderr } = await check('--least-privilege');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/host namespaces \(hostNetwork=true\), hostPath volumes/);
    expect(stderr).toMatch(/even with --least-privilege/);
  });

  test('works where the API server refuses privileged pods, and is what the refusal recommends', async () => {
    await start({ nodes: [{ name: 'node-1', recorded: '' }], allowPrivileged: false });
    expect((await check()).stderr).toMatch(/use --least-privilege/);
    expect((await check('--least-privilege')).code).toBe(3);
  });

  test('is refused together with --local, which makes no pod', async () => {
    const { code, stdout, stderr } = await netprereq(['check', '--local', '--least-privilege'], {});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/cannot specify both --local and --least-privilege/);
  });
});
