import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { call } from '../support/client.ts';
import { bridgeOffNode, healthyNode, noBridgeNetfilterNode } from '../support/clusters.ts';
import type { NodeOptions } from '../support/node-object.ts';
import { pod } from '../support/pod.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

const podsPath = '/api/v1/namespaces/default/pods';
const bridgeKey = '/proc/sys/net/bridge/bridge-nf-call-iptables';
const forwarding = '/proc/sys/net/ipv4/ip_forward';

/** Why nodes cannot have namespaces here; undefined: they can. Told in the title of what is skipped for it. */
async function obstacle(userNamespace: boolean): Promise<string | undefined> {
  const standIn = await startStandIn({ nodes: [{ name: 'node-1', namespaces: { userNamespace } }] });
  await standIn.stop();
  return standIn.nodes[0]?.reason;
}

const byRoot = process.getuid?.() === 0;
const kinds = [
  { title: 'as root', userNamespace: false, reason: byRoot ? await obstacle(false) : 'not started by root' },
  { title: 'in a user namespace', userNamespace: true, reason: await obstacle(true) },
];
const hasBridgeNetfilter = existsSync(bridgeKey);

/** Runs a command in a pod and returns its result and its log. */
async function inPod(standIn: StandIn, node: string, command: string, more: Parameters<typeof pod>[2] = {}) {
  const name = `p-${standIn.created.length}`;
  const body = pod(name, node, { ...more, container: { command: ['sh', '-c', command], ...more.container } });
  await call(standIn.url, podsPath, { method: 'POST', body });
  const state = () =>
    standIn.pods().find(({ metadata }) => metadata.name === name)?.status.containerStatuses?.[0]?.state;
  await expect.poll(() => state()?.terminated, { timeout: 10_000 }).toBeDefined();
  const log = await call(standIn.url, `${podsPath}/${name}/log`);
  return { ...state()?.terminated, log: log.bytes.toString() };
}

/** Processes that a stand-in's node has left: their numbers are the machine's. */
const alive = (pids: readonly (number | undefined)[]) =>
  pids.filter((pid) => pid !== undefined && existsSync(`/proc/${pid}`));

for (const { title, userNamespace, reason } of kinds) {
  describe.skipIf(reason !== undefined)(`a namespace node ${title}${reason ? ` (skipped: ${reason})` : ''}`, () => {
    const start = (nodes: NodeOptions[]) =>
      startStandIn({ nodes: nodes.map((node) => ({ ...node, namespaces: { ...node.namespaces, userNamespace } })) });

    test.skipIf(!hasBridgeNetfilter)('answers with its own values and leaves the machine’s alone', async () => {
      const before = [readFileSync(bridgeKey, 'utf8'), readFileSync(forwarding, 'utf8')];
      const standIn = await start([healthyNode('good'), bridgeOffNode('bad')]);
      const command = `nsenter -t 1 -n cat ${bridgeKey} ${forwarding} >/dev/termination-log`;
      const [good, bad] = [await inPod(standIn, 'good', command), await inPod(standIn, 'bad', command)];
      await standIn.stop();
      expect([good.message, bad.message]).toEqual(['1\n1\n', '0\n1\n']);
      expect([readFileSync(bridgeKey, 'utf8'), readFileSync(forwarding, 'utf8')]).toEqual(before);
    });

    test('keeps what a pod writes, and the machine does not see it', async () => {
      const before = readFileSync(forwarding, 'utf8');
      const standIn = await start([{ name: 'node-1', namespaces: { sysctls: { 'net.ipv4.ip_forward': '0' } } }]);
      const file = '/proc/1/root/etc/sysctl.d/99-zz.conf';
      await inPod(standIn, 'node-1', `mkdir -p ${dirname(file)}; echo kept >${file}; echo 1 >${forwarding}`);
      const { message } = await inPod(standIn, 'node-1', `cat ${file} ${forwarding} >/dev/termination-log`);
      await standIn.stop();
      expect(message).toBe('kept\n1\n');
      expect(readFileSync(forwarding, 'utf8')).toBe(before);
      expect(existsSync('/etc/sysctl.d/99-zz.conf')).toBe(false);
    });

    test('shows its own root, not the container’s, through process 1', async () => {
      const standIn = await start([
        {
          name: 'node-1',
          namespaces: { files: { '/etc/os-release': 'ID=made-up\n', '/lib/modules/6.1/modules.dep': '' } },
        },
      ]);
      const command = [
        'cat /proc/1/comm /proc/1/root/etc/os-release /etc/os-release',
        'ls /proc/1/root/lib/modules',
        'nsenter -t 1 -m cat /etc/os-release',
      ].join('; ');
      const { message } = await inPod(standIn, 'node-1', `(${command}) >/dev/termination-log`);
      await standIn.stop();
      const image = 'ID=stand-in-image\nPRETTY_NAME="container image"\n';
      expect(message).toBe(`systemd\nID=made-up\n${image}6.1\nID=made-up\n`);
    });

    test('gives a pod without host settings namespaces of its own', async () => {
      const standIn = await start([{ name: 'node-1', namespaces: { sysctls: { 'net.ipv4.ip_forward': '1' } } }]);
      const command = `(cat ${forwarding} /proc/1/comm; nsenter -t 1 -n true || echo refused) >/dev/termination-log`;
      const container = { securityContext: {} };
      const own = await inPod(standIn, 'node-1', command, { hostNetwork: false, hostPID: false, container });
      const shared = await inPod(standIn, 'node-1', command, { hostPID: false });
      await standIn.stop();
      expect([own.message, shared.message]).toEqual(['0\nsh\nrefused\n', '1\nsh\n']);
    });

    test('mounts a host path, read-only where the pod says so, and /proc/sys for the unprivileged', async () => {
      const standIn = await start([{ name: 'node-1', namespaces: { files: { '/etc/name': 'node\n' } } }]);
      const tries = [
        'cat /host/etc/name /host/proc/1/comm',
        'touch /host/etc/x || echo read-only',
        `echo 1 >${forwarding} || echo denied`,
      ];
      const { message } = await inPod(standIn, 'node-1', `(${tries.join('; ')}) >/dev/termination-log`, {
        volumes: [{ name: 'root', hostPath: { path: '/' } }],
        container: {
          securityContext: { capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'root', mountPath: '/host', readOnly: true }],
        },
      });
      await standIn.stop();
      expect(message).toBe('node\nsystemd\nread-only\ndenied\n');
    });

    test.skipIf(!hasBridgeNetfilter)('hides what its kernel is made to lack', async () => {
      const standIn = await start([noBridgeNetfilterNode('node-1')]);
      const { message } = await inPod(standIn, 'node-1', `[ -e ${bridgeKey} ] || echo absent >/dev/termination-log`);
      await standIn.stop();
      expect(message).toBe('absent\n');
    });

    test('reports exit code and output', async () => {
      const standIn = await start([{ name: 'node-1', namespaces: {} }]);
      const container = { terminationMessagePolicy: 'FallbackToLogsOnError' };
      const ended = await inPod(standIn, 'node-1', 'echo out; echo err >&2; exit 3', { container });
      await standIn.stop();
      expect(ended).toMatchObject({ exitCode: 3, reason: 'Error', message: 'out\nerr\n', log: 'out\nerr\n' });
    });

    test('kills a pod at its deadline, and with all that it started', async () => {
      const standIn = await start([{ name: 'node-1', namespaces: {} }]);
      const [node] = standIn.nodes;
      const body = pod('a', 'node-1', {
        activeDeadlineSeconds: 1,
        container: { command: ['sh', '-c', 'sleep 600 & sleep 601'] },
      });
      await call(standIn.url, podsPath, { method: 'POST', body });
      const reason = () => standIn.pods()[0]?.status.reason;
      await expect.poll(reason, { timeout: 10_000 }).toBe('DeadlineExceeded');
      const left = execFileSync('ps', ['-eo', 'args'])
        .toString()
        .match(/^sleep 60[01]$/gm);
      await standIn.stop();
      expect([left, alive([node?.pid])]).toEqual([null, []]);
    });

    test('leaves no process, mount or file when it is stopped while pods run', async () => {
      const standIn = await start([{ name: 'node-1', namespaces: {} }]);
      const body = pod('a', 'node-1', { container: { command: ['sh', '-c', 'sleep 602 & sleep 603'] } });
      await call(standIn.url, podsPath, { method: 'POST', body });
      await expect.poll(() => standIn.pods()[0]?.status.phase).toBe('Running');
      const directory = dirname(standIn.kubeconfig);
      await standIn.stop();
      await standIn.stop();
      expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/^sleep 60[23]$/m);
      expect(alive(standIn.nodes.map(({ pid }) => pid))).toEqual([]);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(directory);
      expect(existsSync(directory)).toBe(false);
    });
  });
}

const possible = kinds.find(({ reason }) => reason === undefined);

/** Starts a stand-in with a running pod in a process of its own, and returns what it says about itself. */
async function elsewhere(): Promise<{ child: ChildProcess; directory: string; pid: number }> {
  const module = new URL('../support/stand-in.ts', import.meta.url);
  const client = new URL('../support/client.ts', import.meta.url);
  const body = pod('a', 'node-1', { container: { command: ['sleep', '604'] } });
  const program = `
    const { startStandIn } = await import(${JSON.stringify(module)});
    const { call } = await import(${JSON.stringify(client)});
    const standIn = await startStandIn({ nodes: [{ name: 'node-1', namespaces: {} }] });
    await call(standIn.url, ${JSON.stringify(podsPath)}, { method: 'POST', body: ${JSON.stringify(body)} });
    while (standIn.pods()[0].status.phase !== 'Running') await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(JSON.stringify({ kubeconfig: standIn.kubeconfig, ...standIn.nodes[0] }));`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: [...stdio] });
  if (!child.stdout) throw new Error('no pipe to the child');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const said = JSON.parse(line) as { kubeconfig: string; pid: number };
  return { child, directory: dirname(said.kubeconfig), pid: said.pid };
}

describe.skipIf(!possible)('a stand-in whose process dies', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('by %s leaves nothing behind', async (signal) => {
    const { child, directory, pid } = await elsewhere();
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    child.kill(signal);
    await once(child, 'close');
    await expect.poll(() => [alive([pid]), existsSync(directory)], { timeout: 10_000 }).toEqual([[], false]);
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/^sleep 604$/m);
  });
});
