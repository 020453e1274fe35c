import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FixReport, UndoReport } from '../../src/report/fix-report.ts';
import { netprereq } from '../support/command.ts';
import { asked, breakForwarding, forwarding, mendForwarding, NODE, nodeState } from './changing.ts';
import { cluster, clusterProgram, probePods } from './cluster.ts';

const CHANGE = ['--settle', '1s', '--cni', 'bridge'];

/** The exit code and the node's part of the report; rejects when there is none. */
async function run(...args: string[]): Promise<{ code: number | null; node: FixReport['nodes'][number] }> {
  const { code, stdout, stderr } = await netprereq([...args, NODE, '-o', 'json', ...CHANGE]);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  const [node] = (JSON.parse(stdout) as FixReport | UndoReport).nodes;
  if (!node) throw new Error(`nothing about ${NODE}: ${stdout}`);
  return { code, node };
}

/** The requests that have created pods on the node since then: a verb, and whether nothing was to come of it. */
async function podsCreated(since: Date) {
  return (await cluster('logs', 'audit'))
    .split('\n')
    .filter((line) => line.includes('kubectl-netprereq/') && line.includes('"verb":"create"'))
    .map((line) => JSON.parse(line))
    .filter(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) >= since.getTime())
    .filter(({ stage, objectRef }) => stage === 'ResponseComplete' && objectRef?.resource === 'pods')
    .map(({ objectRef, requestURI }) => ({
      changes: /-(apply|undo)$/.test(objectRef.name ?? ''),
      dryRun: requestURI.includes('dryRun=All'),
    }));
}

describe.skipIf(!clusterProgram)(`fix and undo on ${NODE} (NETPREREQ_E2E_CLUSTER)`, () => {
  let before: string;

  beforeEach(async () => {
    await breakForwarding();
    before = await nodeState();
  });

  afterEach(async () => {
    await netprereq(['undo', NODE, '--yes', '--force', ...CHANGE]);
    await mendForwarding();
    expect(await probePods(NODE)).toBe('');
  });

  test('0 becomes 1 by fix and 0 again by undo, which leaves everything as it was, files and side effects', async () => {
    const fixed = await run('fix', '--yes');
    // Whether it lasts is not known to the program: process 1 of this node is none that it knows.
    expect([fixed.code, fixed.node.outcome, fixed.node.verdict]).toEqual([0, 'changed', 'warn']);
    expect(fixed.node.steps.map(({ do: does, before, after }) => [does, before, after])).toEqual([
      ['keep-sysctl', 'absent', '1'],
      ['set-sysctl', '0', '1'],
    ]);
    expect(fixed.node.steps[1]?.why).toContain('/etc/sysctl.d/50-hardening.conf:2, which sets 0');
    const nowOf = (findings: FixReport['nodes'][number]['before'] | null) =>
      findings?.find(({ rule }) => rule === 'ipv4-forwarding')?.now;
    expect(nowOf(fixed.node.before)).toMatchObject({ verdict: 'fail', actual: '0' });
    expect(nowOf(fixed.node.after)).toMatchObject({ verdict: 'pass', actual: '1' });
    expect(await forwarding()).toBe('1');

    const undone = await run('undo', '--yes');
    expect([undone.code, undone.node.outcome]).toEqual([0, 'changed']);
    expect(undone.node.steps.map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
    expect(await nodeState()).toBe(before);
  });

  test('a node that was never fixed is left as it is by undo', async () => {
    const { code, node } = await run('undo', '--yes');
    expect([code, node.outcome, node.steps]).toEqual([0, 'unchanged', []]);
    expect(await nodeState()).toBe(before);
  });

  test('a second fix finds nothing to do', async () => {
    await run('fix', '--yes');
    const fixed = await nodeState();
    const { code, node } = await run('fix', '--yes');
    expect([code, node.outcome, node.steps]).toEqual([0, 'unchanged', []]);
    expect(await nodeState()).toBe(fixed);
  });

  test.for(['--dry-run', '--dry-run=client', '--dry-run=server'])(
    '%s changes nothing, and no pod that would change the node comes to be',
    async (flag) => {
      const since = new Date(Date.now() - 100);
      const { code, node } = await run('fix', flag);
      expect([code, node.outcome, node.steps.map(({ outcome }) => outcome)]).toEqual([
        0,
        'planned',
        ['planned', 'planned'],
      ]);
      expect(await nodeState()).toBe(before);
      expect(await probePods(NODE)).toBe('');
      const created = (await podsCreated(since)).filter(({ changes }) => changes);
      expect(created).toEqual(flag === '--dry-run=server' ? [{ changes: true, dryRun: true }] : []);
    },
  );

  test('without a terminal and without --yes nothing is even looked at', async () => {
    const since = new Date();
    const { code, stdout, stderr } = await netprereq(['fix', NODE, ...CHANGE]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--yes');
    expect(await podsCreated(since)).toEqual([]);
  });

  test('at a terminal the plan is shown, and anything but yes changes nothing', async () => {
    const fix = await asked(['fix', NODE, ...CHANGE]);
    expect(fix.said()).toContain('sysctl -w net.ipv4.ip_forward: 0 → 1');
    fix.type('\n');
    expect((await fix.end).code).toBe(1);
    expect(fix.said()).toContain('Nothing was changed.');
    expect(await nodeState()).toBe(before);
  });

  test('at a terminal yes carries the plan out, in lines that fit it', async () => {
    const fix = await asked(['fix', NODE, ...CHANGE]);
    fix.type('y\n');
    expect((await fix.end).code).toBe(0);
    expect(await forwarding()).toBe('1');
    // With what it takes to judge the node in the same way.
    expect(fix.said()).toContain(`kubectl netprereq undo --cni bridge --settle 1s ${NODE}`);
    const shown = fix.printed().split(/\r?\n|\r/);
    expect(shown.filter((line) => plain(line).length > 80)).toEqual([]);
  });

  describe.for([
    { user: 'readonly', says: /cannot list resource "nodes"/ },
    { user: 'restricted', says: /cannot create resource "pods"[\s\S]*PodSecurity/ },
  ])('the user $user', ({ user, says }) => {
    const kubeconfig = join(tmpdir(), `netprereq-${user}-${process.pid}`);
    beforeAll(async () => writeFile(kubeconfig, await cluster('kubeconfig', user)));
    afterAll(() => rm(kubeconfig, { force: true }));

    test.for(['fix', 'undo'])('is told by %s what is missing, and changes nothing', async (command) => {
      const args = [command, NODE, '--yes', '--kubeconfig', kubeconfig, ...CHANGE];
      const { code, stdout, stderr } = await netprereq(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(says);
      expect(stderr).toContain('An administrator can grant');
      expect(stderr).not.toMatch(/at .*\.mjs/);
      expect(await nodeState()).toBe(before);
    });
  });
});

/** A printed line without what clears the line of the progress. */
function plain(line: string): string {
  return line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}
