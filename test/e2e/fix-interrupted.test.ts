import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEnvelope } from '../../src/probe/envelope.ts';
import type { FixReport } from '../../src/report/fix-report.ts';
import { ended, netprereq, type Result, startNetprereq } from '../support/command.ts';
import {
  asked,
  breakForwarding,
  changePods,
  forwarding,
  haltChange,
  mendForwarding,
  NODE,
  nodeState,
  onNode,
  withoutKubelet,
} from './changing.ts';
import { clusterProgram, kubectl, probePods } from './cluster.ts';

const CHANGE = ['--settle', '1s', '--cni', 'bridge'];
const FIX = ['fix', NODE, ...CHANGE];
const JSON_REPORT = ['--yes', '-o', 'json'];

function reported({ stdout, stderr }: Result): FixReport {
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return JSON.parse(stdout);
}

function outcome(result: Result) {
  const { nodes } = reported(result);
  return [result.code, nodes[0]?.outcome];
}

describe.skipIf(!clusterProgram)(`what comes between, on ${NODE} (NETPREREQ_E2E_CLUSTER)`, () => {
  let before: string;

  beforeEach(async () => {
    await breakForwarding();
    before = await nodeState();
  });

  afterEach(async () => {
    await netprereq(['undo', NODE, '--yes', '--force', ...CHANGE]);
    const after = await nodeState();
    await mendForwarding();
    const left = await probePods(NODE);
    // One test's leftover is not to fail the next one too.
    for (const pod of left.split('\n').filter(Boolean)) await kubectl('delete', '-n', 'kube-system', pod);
    expect(after, 'undo has not restored everything').toBe(before);
    expect(left).toBe('');
  });

  test('of two fixes at once one does it, and the other says who is at it', async () => {
    const halted = haltChange();
    const first = ended(startNetprereq([...FIX, ...JSON_REPORT]));
    const resume = await halted;
    const second = await netprereq([...FIX, ...JSON_REPORT]).finally(resume);
    expect(outcome(second)).toEqual([1, 'refused']);
    const holder = reported(await first).run.id;
    expect(reported(second).nodes[0]?.reason).toMatch(
      new RegExp(`^run ${holder} has been changing this node since 20.*: nothing was changed$`),
    );
    expect(outcome(await first)).toEqual([0, 'changed']);
  });

  test('two fixes whose pods start together do it once', async () => {
    const fixes = await Promise.all([asked(FIX), asked(FIX)]);
    await withoutKubelet(async () => {
      for (const fix of fixes) fix.type('y\n');
      await expect.poll(async () => (await changePods()).length, { timeout: 30_000 }).toBe(2);
    });
    const codes = (await Promise.all(fixes.map(({ end }) => end))).map(({ code }) => code);
    expect(await forwarding()).toBe('1');
    const done = fixes.filter((fix) => fix.said().includes('✔ sysctl -w net.ipv4.ip_forward: 0 → 1'));
    expect(done).toHaveLength(1);
    const other = fixes.find((fix) => !done.includes(fix))?.said();
    expect(other).toMatch(/has been changing this node since|stale plan/);
    expect(codes).toContain(0);
  });

  test('a pod that the kubelet only starts when its time is over changes nothing, and says so', async () => {
    const fix = await asked([...FIX, '--timeout', '10s']);
    const pod = await withoutKubelet(async () => {
      fix.type('y\n');
      await expect.poll(changePods, { timeout: 30_000 }).toHaveLength(1);
      await fix.kill();
      const [name = ''] = await changePods();
      const [, notAfter] = /not-after (\d+)/.exec(await ofPod(name, '{.spec.containers[0].command}')) ?? [];
      await expect.poll(() => Date.now() / 1000, { timeout: 30_000 }).toBeGreaterThan(Number(notAfter) + 1);
      return name;
    });
    const message = () => ofPod(pod, '{.status.containerStatuses[0].state.terminated.message}');
    await expect.poll(message, { timeout: 60_000 }).not.toBe('');
    const answer = openEnvelope(await message());
    expect(answer).toMatchObject({ text: expect.stringMatching(/^outcome refused late$/m) });
    expect(await nodeState()).toBe(before);
    const [, run = ''] = /^netprereq-(\w+)-/.exec(pod) ?? [];
    expect((await netprereq(['cleanup', '--run', run])).stdout).toContain(pod);
  });

  test('a fix that waits for a kubelet in vain says that nothing was changed, and later nothing is', async () => {
    const fix = await asked([...FIX, '--timeout', '5s']);
    await withoutKubelet(async () => {
      fix.type('y\n');
      expect((await fix.end).code).toBe(1);
    });
    expect(fix.said()).toContain('the kubelet had not started the pod after 5s: nothing was changed');
    await expect.poll(changePods, { timeout: 60_000 }).toEqual([]);
    expect(await nodeState()).toBe(before);
  });

  test('Ctrl-C while the node is being changed waits for that, prints what came of it, and exits with 130', async () => {
    const { fix, end, resume } = await interrupted();
    expect([fix.exitCode, await changePods()]).toEqual([null, [expect.stringMatching(/-apply$/)]]);
    await resume();
    const result = await end;
    expect(outcome(result)).toEqual([130, 'changed']);
    expect(reported(result).run.interrupted).toBe(true);
    expect(await forwarding()).toBe('1');
  });

  test('a second Ctrl-C leaves at once, and names the pod that is still at work', async () => {
    const { fix, end, resume } = await interrupted();
    const [pod = ''] = await changePods();
    fix.kill('SIGINT');
    const { code, stdout, stderr } = await end.finally(resume);
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain(`${NODE} is still being changed by pod kube-system/${pod}`);
    await expect.poll(() => ofPod(pod, '{.status.phase}'), { timeout: 60_000 }).toBe('Succeeded');
    expect(await forwarding()).toBe('1');
    const [, cleanUp = ''] = /kubectl netprereq (cleanup --run \w+)/.exec(stderr) ?? [];
    expect((await netprereq(cleanUp.split(' '))).stdout).toContain(pod);
  });

  test('the script of a run that is told to end finishes its step, and undo cancels that', async () => {
    const halted = haltChange();
    const fix = ended(startNetprereq([...FIX, ...JSON_REPORT]));
    const resume = await halted;
    await onNode('read -r _ _ pid _ </run/netprereq.lock; kill -TERM "$pid"').finally(resume);
    const [node] = reported(await fix).nodes;
    expect(node).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('signal') });
    expect(node?.steps.map(({ outcome }) => outcome)).toContain('not-reached');
  });
});

/** A fix that has been interrupted once, and waits for its script, which has been halted. */
async function interrupted() {
  const halted = haltChange();
  const fix = startNetprereq([...FIX, ...JSON_REPORT]);
  const end = ended(fix);
  let notices = '';
  fix.stderr?.on('data', (data) => {
    notices += data;
  });
  const resume = await halted;
  fix.kill('SIGINT');
  await expect.poll(() => notices, { timeout: 10_000 }).toContain(`waiting for ${NODE}; no other`);
  return { fix, end, resume };
}

function ofPod(name: string, path: string): Promise<string> {
  return kubectl('get', 'pod', '-n', 'kube-system', name, '-o', `jsonpath=${path}`);
}
