import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { ended, netprereq, startNetprereq } from '../support/command.ts';
import { cluster, clusterProgram, kubectl, kubectlApply, probePods } from './cluster.ts';

const BRIDGE_CNI = ['--cni', 'bridge'];

/** The report of a run that must have one. */
async function report(...args: string[]): Promise<{ code: number | null; report: CheckReport; stderr: string }> {
  const { code, stdout, stderr } = await netprereq(['check', '-o', 'json', ...args]);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return { code, report: JSON.parse(stdout), stderr };
}

function finding(of: CheckReport, node: string, rule: string) {
  const found = of.nodes.find(({ name }) => name === node)?.findings.find((candidate) => candidate.rule === rule);
  if (!found) throw new Error(`no finding of ${rule} on ${node}: ${JSON.stringify(of.nodes)}`);
  return found;
}

/** What the running kernels are found to be; what process 1 of these nodes does at boot is not known to the program. */
function running(of: CheckReport): string[] {
  return of.nodes.map(({ name, verdict, findings }) => {
    const states = findings.map(({ now }) => now.verdict);
    const worst = (['fail', 'unknown', 'pass'] as const).find((state) => states.includes(state));
    return `${name} ${worst ?? verdict}`;
  });
}

afterEach(async () => {
  expect(await probePods()).toBe('');
});

test('every Linux node of the cluster gets findings, and no pod is left', async () => {
  const names = (await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ').sort();
  const { report: found } = await report();
  expect(found.nodes.map(({ name }) => name).sort()).toEqual(names);
  for (const node of found.nodes) expect(node.reason ?? node.findings.length).not.toBe(0);
});

describe.skipIf(!clusterProgram)('on nodes that can be broken (NETPREREQ_E2E_CLUSTER)', () => {
  beforeAll(async () => {
    await cluster('exec', 'ns-1', 'sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=1', 'net.ipv4.ip_forward=1');
    await cluster('exec', 'ns-2', 'sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=0', 'net.ipv4.ip_forward=1');
    await cluster('exec', 'ns-3', 'sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=1', 'net.ipv4.ip_forward=0');
  });

  afterAll(async () => {
    await cluster('exec', 'ns-2', 'sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=1');
    await cluster('exec', 'ns-3', 'sysctl', '-w', 'net.ipv4.ip_forward=1');
  });

  test('tells the node without forwarding, the one without bridge-nf-call-iptables, and the healthy one apart', async () => {
    const { code, report: found } = await report('ns-1', 'ns-2', 'ns-3', ...BRIDGE_CNI);
    expect(code).toBe(1);
    expect(running(found)).toEqual(['ns-1 pass', 'ns-2 fail', 'ns-3 fail']);
    expect(finding(found, 'ns-2', 'bridge-nf-call-iptables')).toMatchObject({
      verdict: 'fail',
      now: { verdict: 'fail', actual: '0', cause: 'value' },
    });
    expect(finding(found, 'ns-3', 'ipv4-forwarding').now).toMatchObject({ verdict: 'fail', actual: '0' });
  });

  test('br_netfilter built into the kernel passes, though no list of modules names it', async () => {
    const { report: found } = await report('ns-1', ...BRIDGE_CNI);
    expect(
      await cluster('exec', 'ns-1', 'sh', '-c', 'ls /sys/module/br_netfilter /proc/modules 2>&1 || true'),
    ).toContain('No such file');
    expect(finding(found, 'ns-1', 'br-netfilter')).toMatchObject({ verdict: 'pass', now: { verdict: 'pass' } });
  });

  test('a node that is NotReady for want of a CNI configuration is checked all the same', async () => {
    const ready = await kubectl(
      'get',
      'node',
      'ns-1',
      '-o',
      'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
    );
    expect(ready, 'the suite expects a cluster on which no CNI was installed yet').toBe('False');
    const { code, report: found } = await report('ns-1', ...BRIDGE_CNI);
    expect([code, running(found)]).toEqual([0, ['ns-1 pass']]);
  });

  test('a node whose kubelet is stopped is unknown, and the exit code 3 when nothing else fails', async () => {
    await cluster('exec', 'ns-3', 'pkill', '-STOP', 'kubelet');
    try {
      const { code, report: found } = await report('ns-1', 'ns-3', '--timeout', '5s', ...BRIDGE_CNI);
      expect(code).toBe(3);
      expect(running(found)).toEqual(['ns-1 pass', 'ns-3 unknown']);
      expect(found.nodes[1]?.reason).toMatch(/kubelet had not started the pod after 5s/);
    } finally {
      await cluster('exec', 'ns-3', 'pkill', '-CONT', 'kubelet');
    }
  });

  test.for([80, 300, 600])('Ctrl-C after %i ms leaves no pod and exits with 130', async (delay) => {
    const child = startNetprereq(['check', ...BRIDGE_CNI]);
    const end = ended(child);
    await sleep(delay);
    child.kill('SIGINT');
    const { code, signal } = await end;
    // Before the program has installed its handler, there is nothing to clean up, and the signal itself ends it.
    expect(signal === 'SIGINT' || code === 130).toBe(true);
  });

  test.for(['SIGTERM', 'SIGHUP'] as const)('%s in mid-run leaves no pod', async (signal) => {
    await cluster('exec', 'ns-3', 'pkill', '-STOP', 'kubelet');
    try {
      const child = startNetprereq(['check', '-o', 'json', ...BRIDGE_CNI]);
      const end = ended(child);
      while ((await probePods()) === '') await sleep(50);
      child.kill(signal);
      const { code, stdout } = await end;
      expect(code).toBe({ SIGTERM: 143, SIGHUP: 129 }[signal]);
      const found: CheckReport = JSON.parse(stdout);
      expect(found.nodes.find(({ name }) => name === 'ns-3')).toMatchObject({
        verdict: 'unknown',
        reason: 'interrupted',
      });
    } finally {
      await cluster('exec', 'ns-3', 'pkill', '-CONT', 'kubelet');
    }
  });

  describe('with a user who may hardly do anything', () => {
    const kubeconfig = join(tmpdir(), `netprereq-restricted-${process.pid}`);
    beforeAll(async () => writeFile(kubeconfig, await cluster('kubeconfig', 'restricted')));
    afterAll(() => rm(kubeconfig, { force: true }));

    test('tells what is missing, exits with 2 and leaves stdout empty', async () => {
      const { code, stdout, stderr } = await netprereq(['check', '--kubeconfig', kubeconfig]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/pods/);
      expect(stderr).toMatch(/PodSecurity|may not/);
      expect(stderr).not.toMatch(/at .*\.mjs/);
    });
  });

  test('the manifest that the command of the error prints grants all that a check needs', async () => {
    const args = ['check', 'ns-1', '--as', 'e2e-user', ...BRIDGE_CNI];
    const refused = await netprereq(args);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    const [, proposed = ''] = /^ +kubectl netprereq (check --print-rbac .*)$/m.exec(refused.stderr) ?? [];
    const manifest = await netprereq(proposed.split(' '));
    expect([manifest.code, manifest.stderr], refused.stderr).toEqual([0, '']);
    await kubectlApply(manifest.stdout);
    try {
      expect((await netprereq(args)).code).toBe(0);
    } finally {
      await kubectl('delete', 'clusterrole/netprereq-check', 'clusterrolebinding/netprereq-check-e2e-user');
      await kubectl('delete', '-n', 'kube-system', 'role/netprereq-check', 'rolebinding/netprereq-check-e2e-user');
    }
  });

  test('a virtual machine whose kernel lacks br_netfilter fails with the cause not-loaded', async ({ skip }) => {
    const nodes = await kubectl('get', 'nodes', '-o', 'name');
    if (!nodes.includes('node/vm-1')) skip('the cluster has no virtual machine');
    const { code, report: found } = await report('vm-1', '--timeout', '180s', ...BRIDGE_CNI);
    expect(code).toBe(1);
    expect(finding(found, 'vm-1', 'br-netfilter')).toMatchObject({
      verdict: 'fail',
      now: { verdict: 'fail', cause: 'not-loaded' },
      module: { name: 'br_netfilter', state: 'on-disk' },
    });
    expect(finding(found, 'vm-1', 'bridge-nf-call-iptables').now.verdict).toBe('skip');
  });

  test('one node costs no more requests than budgeted', async () => {
    const { report: found } = await report('ns-1', ...BRIDGE_CNI);
    await sleep(500);
    const log = await cluster('logs', 'audit');
    const requests = log
      .split('\n')
      .filter((line) => line.includes('kubectl-netprereq/'))
      .map((line) => JSON.parse(line))
      .filter(
        ({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) >= Date.parse(found.run.startedAt) - 100,
      );
    const ids = new Set(requests.map(({ auditID }) => auditID));
    expect(ids.size).toBeGreaterThan(2);
    expect(ids.size).toBeLessThanOrEqual(2 + 16 + 1);
  });
});
