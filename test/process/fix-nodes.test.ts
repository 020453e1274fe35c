import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { snapshot } from '../host/namespace-host.ts';
import { forwardingOffNode, healthyNode, noBridgeNetfilterNode, nodeWithSysctls } from '../support/clusters.ts';
import { inNode, noNamespaceNodes, outcomes, standInForEach } from '../support/fixing.ts';
import { schemaErrors } from '../support/report-schema.ts';
import type { StandIn } from '../support/stand-in.ts';

const { start, run, report } = standInForEach();
const unavailable = await noNamespaceNodes();

const etc = ({ nodes }: StandIn, place = 0) => snapshot(join(nodes[place]?.root ?? '', 'etc'));
const left = ({ nodes }: StandIn) =>
  ['var/lib/netprereq', 'run/netprereq.lock'].filter((path) => existsSync(join(nodes[0]?.root ?? '', path)));

/** What check makes of the only node. */
async function checked() {
  const { code, stdout } = await run('check', '-o', 'json');
  const { nodes } = JSON.parse(stdout) as CheckReport;
  const forwarding = nodes[0]?.findings.find(({ rule }) => rule === 'ipv4-forwarding');
  return [code, nodes[0]?.verdict, forwarding?.now.actual, forwarding?.boot?.actual];
}

describe.skipIf(unavailable)(`fix and undo of nodes${unavailable ? ` (skipped: ${unavailable})` : ''}`, () => {
  test('repair a node for now and for the next boot, and take it back without a trace', async () => {
    const { namespaces = {} } = forwardingOffNode('node-1');
    const files = { ...namespaces.files, '/etc/sysctl.d/50-theirs.conf': 'net.ipv4.ip_forward = 0\n' };
    const running = await start([{ name: 'node-1', namespaces: { ...namespaces, files } }]);
    const before = etc(running);
    expect(await checked()).toEqual([1, 'fail', '0', '0']);
    const fixed = await report('fix', 'node-1');
    expect([fixed.code, ...outcomes(fixed.report), schemaErrors(fixed.report)]).toEqual([0, 'node-1 changed pass', '']);
    const [node] = fixed.report.nodes;
    expect(node?.steps.map((step) => `${step.do} ${step.what} ${step.before}→${step.after} ${step.outcome}`)).toEqual([
      'keep-sysctl net.ipv4.ip_forward absent→1 changed',
      'set-sysctl net.ipv4.ip_forward 0→1 changed',
    ]);
    expect(node?.before.find(({ rule }) => rule === 'ipv4-forwarding')).toMatchObject({
      verdict: 'fail',
      boot: { source: { file: '/etc/sysctl.d/50-theirs.conf', line: 1 } },
    });
    expect(node?.after?.find(({ rule }) => rule === 'ipv4-forwarding')).toMatchObject({
      verdict: 'pass',
      boot: { verdict: 'pass', source: { file: '/etc/sysctl.d/99-zz-netprereq.conf' } },
    });
    expect(etc(running)).toMatchObject(before);
    expect(await checked()).toEqual([0, 'pass', '1', '1']);
    const { report: planned } = await report('undo', 'node-1', '--dry-run');
    expect(outcomes(planned)).toEqual(['node-1 planned pass: will be undone; then these fail again: ipv4-forwarding']);
    const undone = await report('undo', 'node-1');
    expect([undone.code, ...outcomes(undone.report), schemaErrors(undone.report)]).toEqual([
      0,
      'node-1 changed fail',
      '',
    ]);
    expect(await checked()).toEqual([1, 'fail', '0', '0']);
    expect([etc(running), left(running)]).toEqual([before, []]);
  });

  test('restore what the kernel changes along with forwarding', async () => {
    const links = { 'net.ipv4.conf.default.accept_redirects': '0', 'net.ipv4.conf.lo.forwarding': '1' };
    const read = 'cd /proc/sys/net/ipv4/conf && grep "" */accept_redirects */forwarding';
    const running = await start([nodeWithSysctls('node-1', { 'net.ipv4.ip_forward': '0', ...links })]);
    const values = () => inNode(running, read);
    const before = values();
    expect((await report('fix', 'node-1')).code).toBe(0);
    const between = values();
    expect((await report('undo', 'node-1')).code).toBe(0);
    expect(between).not.toBe(before);
    expect(values()).toBe(before);
  });

  test('leave what is right already alone, and a node that was never fixed', async () => {
    const running = await start([healthyNode('node-1')]);
    const before = etc(running);
    const fixed = await report('fix', 'node-1');
    expect([fixed.code, outcomes(fixed.report)]).toEqual([0, ['node-1 unchanged pass']]);
    expect(running.created).toHaveLength(1);
    const undone = await report('undo', 'node-1');
    expect([undone.code, outcomes(undone.report)]).toEqual([0, ['node-1 unchanged pass']]);
    expect([etc(running), left(running)]).toEqual([before, []]);
  });

  test('say of a node what no program should do, and fail as check does', async () => {
    const { namespaces = {} } = noBridgeNetfilterNode('node-1');
    const files = { ...namespaces.files, '/etc/modprobe.d/hardening.conf': 'install br_netfilter /bin/false\n' };
    await start([{ name: 'node-1', namespaces: { ...namespaces, files, sysctls: { 'net.ipv4.ip_forward': '0' } } }]);
    const { code, report: found } = await report('fix', 'node-1');
    expect([code, ...outcomes(found)]).toEqual([1, 'node-1 changed fail']);
    expect(found.nodes[0]?.manual).toContainEqual(expect.objectContaining({ rule: 'br-netfilter' }));
    expect((await report('undo', 'node-1')).code).toBe(0);
  });

  test('refuse to take back a file of ours that somebody has edited, until it is forced', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    await report('fix', 'node-1');
    inNode(running, 'echo "vm.swappiness = 1" >>/etc/sysctl.d/99-zz-netprereq.conf');
    const refused = await report('undo', 'node-1');
    expect([refused.code, refused.report.nodes[0]]).toMatchObject([
      1,
      { outcome: 'refused', remedy: expect.arrayContaining(['+ vm.swappiness = 1']) },
    ]);
    expect((await report('undo', 'node-1', '--force')).code).toBe(0);
    expect(left(running)).toEqual([]);
  });

  test('name the nodes that were changed, with -o name', async () => {
    await start([forwardingOffNode('node-1'), healthyNode('node-2')]);
    const { stdout } = await run('fix', '--all-nodes', '--yes', '--settle', '0s', '-o', 'name');
    expect(stdout).toBe('node/node-1\n');
  });

  test('--runtime-only writes no file and says what the next boot will lose', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    const before = etc(running);
    const { code, report: found } = await report('fix', 'node-1', '--runtime-only');
    expect([code, ...outcomes(found)]).toEqual([0, 'node-1 changed warn']);
    expect(found.nodes[0]?.steps.map((step) => step.do)).toEqual(['set-sysctl']);
    expect(etc(running)).toEqual(before);
  });
});
