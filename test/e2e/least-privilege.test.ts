import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import type { Pod } from '../../src/kube/cluster.ts';
import { probePod } from '../../src/pods/probe-pod.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { netprereq } from '../support/command.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { cluster, clusterProgram, kubectl, kubectlApply } from './cluster.ts';

const NAMESPACE = 'kube-system';

/** What the nodes are found to be. */
async function nodesOf(names: readonly string[], ...args: string[]): Promise<CheckReport['nodes']> {
  const command = ['check', ...names, '-o', 'json', '--cni', 'bridge', '--timeout', '180s', ...args];
  const { stdout, stderr } = await netprereq(command);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return (JSON.parse(stdout) as CheckReport).nodes;
}

function podOn(node: string, leastPrivilege: boolean): Pod {
  return probePod({
    run: `e2e${randomInt(100, 1000)}`,
    node,
    namespace: NAMESPACE,
    image: { name: 'docker.io/library/busybox:1.37.0', pullPolicy: 'IfNotPresent' },
    imagePullSecrets: [],
    timeout: 180,
    attempt: 0,
    leastPrivilege,
    request: SWITCHES_REQUEST,
  });
}

/** The termination message of a pod, which is deleted again. */
async function messageOf(pod: Pod): Promise<string> {
  const name = `pod/${pod.metadata.name}`;
  await kubectlApply(JSON.stringify(pod));
  try {
    await kubectl('wait', '-n', NAMESPACE, name, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=180s');
    const message = 'jsonpath={.status.containerStatuses[0].state.terminated.message}';
    return await kubectl('get', '-n', NAMESPACE, name, '-o', message);
  } finally {
    await kubectl('delete', '-n', NAMESPACE, name, '--now');
  }
}

/** All that a pod of this kind learns of a node. */
async function factsOf(node: string, leastPrivilege: boolean): Promise<NodeFacts> {
  const opened = openEnvelope(await messageOf(podOn(node, leastPrivilege)));
  if ('problem' in opened) throw new Error(opened.problem);
  return parseFacts(opened.text, SWITCHES_REQUEST);
}

/** Both pods' facts of one node. `container` may be unknown to the one that cannot read process 1's environment. */
async function expectSameFacts(node: string): Promise<void> {
  const { container: known, ...privileged } = await factsOf(node, false);
  const { container, ...least } = await factsOf(node, true);
  expect(least).toEqual(privileged);
  expect([known, undefined]).toContain(container);
  expect(least.netns.init).toBe(least.netns.self);
  expect(least.boot.sysctl?.length).toBeGreaterThan(0);
}

const onNode = (node: string, script: string) => cluster('exec', node, 'sh', '-c', script);

describe.skipIf(!clusterProgram)('check --least-privilege (NETPREREQ_E2E_CLUSTER)', () => {
  test('finds what the privileged pod finds on every namespace node, healthy and broken', async () => {
    const key = 'net.bridge.bridge-nf-call-iptables';
    await cluster('exec', 'ns-2', 'sysctl', '-w', `${key}=0`);
    await cluster('exec', 'ns-3', 'sysctl', '-w', 'net.ipv4.ip_forward=0');
    try {
      const names = ['ns-1', 'ns-2', 'ns-3'];
      const privileged = await nodesOf(names);
      expect(await nodesOf(names, '--least-privilege')).toEqual(privileged);
      expect(privileged.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual(['ns-2', 'ns-3']);
      for (const name of names) await expectSameFacts(name);
    } finally {
      await cluster('exec', 'ns-2', 'sysctl', '-w', `${key}=1`);
      await cluster('exec', 'ns-3', 'sysctl', '-w', 'net.ipv4.ip_forward=1');
    }
  });

  test('finds what the privileged pod finds on a virtual machine, whose kernel has modules', async ({ skip }) => {
    if (!(await kubectl('get', 'nodes', '-o', 'name')).includes('node/vm-1'))
      skip('the cluster has no virtual machine');
    await expectSameFacts('vm-1');
    expect(await nodesOf(['vm-1'], '--least-privilege')).toEqual(await nodesOf(['vm-1']));
  });

  test("reads root's own files, and calls those unreadable that only another user may read", async () => {
    const [own, other] = ['/etc/sysctl.d/97-own.conf', '/etc/sysctl.d/98-other.conf'];
    const write = (path: string) => `echo net.ipv4.ip_forward=1 >${path}; chmod 600 ${path}`;
    await onNode('ns-1', `${write(own)}; ${write(other)}; chown 1000 ${other}`);
    try {
      const kinds = async (leastPrivilege: boolean) => {
        const { boot } = await factsOf('ns-1', leastPrivilege);
        const found = boot.sysctl?.filter(({ path }) => path === own || path === other);
        return found?.map(({ kind, lines }) => [kind, lines.length]);
      };
      expect(await kinds(true)).toEqual([
        ['file', 1],
        ['unreadable', 0],
      ]);
      expect(await kinds(false)).toEqual([
        ['file', 1],
        ['file', 1],
      ]);
    } finally {
      await onNode('ns-1', `rm ${own} ${other}`);
    }
  });

  test("has no capability, and cannot write to the node's root, its sysctls or its own image", async () => {
    const tries = ['touch /host/etc/x', 'echo 1 >/proc/sys/net/ipv4/ip_forward', 'mount -t tmpfs x /tmp', 'touch /x'];
    const script = `(sed -n s/^CapEff:.//p /proc/self/status; ${tries.map((one) => `(${one}) && echo wrote`).join('; ')})`;
    const pod = podOn('ns-1', true);
    const containers = pod.spec.containers.map((container) => ({
      ...container,
      command: ['sh', '-c', `${script} >/dev/termination-log 2>/dev/null; true`],
    }));
    expect(await messageOf({ ...pod, spec: { ...pod.spec, containers } })).toBe('0'.repeat(16));
  });
});
