import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { ended, netprereq, type Result } from '../support/command.ts';
import { loadedKubernetesClient, loadedSocks, PRINT_LOADED } from '../support/loaded.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';

const bin = join(import.meta.dirname, '..', '..', process.env.NETPREREQ_BUNDLE ?? '.', 'bin');
const NO_CLUSTER = { KUBECONFIG: '/does/not/exist' };

let directory: string;
let standIn: StandIn | undefined;
let silent: Server | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netprereq-completion-'));
});

afterEach(async () => {
  await standIn?.stop();
  standIn = undefined;
  silent?.close();
  silent = undefined;
  rmSync(directory, { recursive: true });
});

/** Runs kubectl_complete-netprereq as kubectl does. */
function complete(words: readonly string[], env: Record<string, string> = NO_CLUSTER): Promise<Result> {
  return ended(spawn(process.execPath, [join(bin, 'complete.js'), ...words], { env: { ...process.env, ...env } }));
}

/** The words that are offered, without what explains them, and the directive last. */
const lines = ({ stdout }: Result) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\t.*/, ''));

const NODES = [{ name: 'node-10' }, { name: 'node-2' }, { name: 'other' }];

async function start(options: StandInOptions = {}): Promise<Record<string, string>> {
  standIn = await startStandIn({ nodes: NODES, ...options });
  return { KUBECONFIG: standIn.kubeconfig };
}

function kubeconfig(document: object): string {
  const file = join(directory, 'config');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** A kubeconfig whose one cluster is at this address. */
function pointingAt(server: string, user: object = {}): string {
  return kubeconfig({
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'me' } }],
    clusters: [{ name: 'it', cluster: { server } }],
    users: [{ name: 'me', user }],
  });
}

describe('the answer is candidates and a directive, whatever happens', () => {
  test('commands first', async () => {
    const { code, stdout, stderr } = await complete(['']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^check\tCheck what /);
    expect(lines({ stdout } as Result)).toEqual([...Object.keys(COMMANDS), ':4']);
  });

  test.for<[string[], Record<string, string>]>([
    [['check', ''], NO_CLUSTER],
    [['check', '-n', ''], NO_CLUSTER],
    [['check', '--context', ''], NO_CLUSTER],
    [['check', '--request-timeout', 'soon', ''], NO_CLUSTER],
    [['check', ''], { KUBECONFIG: '/dev/null' }],
    [['check', ''], { KUBECONFIG: '/' }],
    [['nonsense', ''], NO_CLUSTER],
  ])('%j with %j offers nothing and succeeds', async ([words, env]) => {
    const { code, stdout } = await complete(words, env);
    expect([code, stdout]).toEqual([0, ':4\n']);
  });

  test('kubectl netprereq __complete answers the same', async () => {
    const words = ['check', '--only', 'br'];
    const { code, stdout } = await netprereq(['__complete', ...words], NO_CLUSTER);
    expect([code, stdout]).toEqual([0, (await complete(words)).stdout]);
  });
});

describe('from the kubeconfig, without a connection', () => {
  const file = () =>
    kubeconfig({
      'current-context': 'admin@one',
      contexts: [
        { name: 'admin@one' },
        { name: 'arn:aws:eks:eu-west-1:1:cluster/two' },
        { name: '$(reboot)' },
        { name: 'a b' },
      ],
      clusters: [{ name: 'one' }, { name: 'two' }],
      users: [{ name: 'admin' }],
    });

  test.for<[string, string[]]>([
    ['--context', ['admin@one', 'arn:aws:eks:eu-west-1:1:cluster/two']],
    ['--cluster', ['one', 'two']],
    ['--user', ['admin']],
  ])('%s, from KUBECONFIG or --kubeconfig, and no name that a shell would expand', async ([flag, expected]) => {
    const path = file();
    expect(lines(await complete(['check', flag, ''], { KUBECONFIG: path }))).toEqual([...expected, ':4']);
    expect(lines(await complete(['check', '--kubeconfig', path, flag, '']))).toEqual([...expected, ':4']);
  });
});

describe('from the cluster', () => {
  test('nodes in the order in which people count, without those that are given', async () => {
    const env = await start();
    expect(lines(await complete(['check', ''], env))).toEqual(['node-2', 'node-10', 'other', ':4']);
    expect(lines(await complete(['check', 'node-2', 'node/n'], env))).toEqual(['node/node-10', ':4']);
  });

  test('namespaces', async () => {
    const env = await start();
    expect(lines(await complete(['check', '-n', 'kube-'], env))).toEqual([
      ...['kube-node-lease', 'kube-public', 'kube-system'],
      ':4',
    ]);
  });

  test('as the flags on the line have it', async () => {
    const env = await start({
      users: [
        { name: 'admin', token: 'a' },
        { name: 'nobody', token: 'b', rules: [] },
      ],
    });
    expect(lines(await complete(['check', '--context', 'nobody', ''], env))).toEqual([':4']);
    expect(lines(await complete(['check', '--as=nobody', ''], env))).toEqual([':4']);
    expect(lines(await complete(['check', '--context', 'nobody', '--token', 'a', 'o'], env))).toEqual(['other', ':4']);
    expect(lines(await complete(['check', '--kubeconfig', env.KUBECONFIG ?? '', 'o']))).toEqual(['other', ':4']);
  });

  test('by one request for names only', async () => {
    await complete(['check', ''], await start());
    expect(standIn?.requests[0]?.accept).toMatch(/^application\/json;as=PartialObjectMetadataList;/);
    expect(standIn?.requests.map(({ method, path, query }) => `${method} ${path}?${query}`)).toEqual([
      'GET /api/v1/nodes?resourceVersion=0',
    ]);
  });

  test('not from a server that takes a connection and says nothing', async () => {
    const server = createServer();
    silent = server;
    const port = await new Promise<number>((listening) => {
      server.listen(0, '127.0.0.1', () => listening((server.address() as { port: number }).port));
    });
    const { code, stdout } = await complete(['check', ''], { KUBECONFIG: pointingAt(`http://127.0.0.1:${port}`) });
    expect([code, stdout]).toEqual([0, ':4\n']);
  });

  test('not from one whose credential plug-in never ends, which is ended then', async () => {
    const plugin = join(directory, 'plugin');
    const pidFile = join(directory, 'pid');
    writeFileSync(plugin, `#!/bin/sh\necho $$ >${pidFile}\nexec sleep 60\n`);
    chmodSync(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
    const { code, stdout } = await complete(['check', ''], { KUBECONFIG: pointingAt('https://127.0.0.1:1', { exec }) });
    expect([code, stdout]).toEqual([0, ':4\n']);
    const pid = readFileSync(pidFile, 'utf8').trim();
    // Z: dead, though nobody has fetched its exit code yet.
    const state = () => spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.trim();
    await expect.poll(state).toMatch(/^(Z.*)?$/);
  });
});

describe('the Kubernetes client is loaded', () => {
  test.for<[string, string[], boolean]>([
    ['for nodes', ['check', ''], true],
    ['for namespaces', ['check', '-n', ''], true],
    ['not for contexts', ['check', '--context', ''], false],
    ['not for commands', [''], false],
    ['not for flags', ['check', '--'], false],
    ['not for rules', ['check', '--only', ''], false],
  ])('%s', async ([, words, expected]) => {
    const { code, stderr } = await complete(words, { ...(await start()), ...PRINT_LOADED });
    expect([code, loadedKubernetesClient(stderr), loadedSocks(stderr)]).toEqual([0, expected, false]);
  });

  test('not by explain', async () => {
    const { code, stderr } = await netprereq(['explain', 'br-netfilter', '-o', 'yaml'], PRINT_LOADED);
    expect([code, loadedKubernetesClient(stderr)]).toEqual([0, false]);
  });
});

/** kubectl asks plug-ins since 1.26. */
function kubectlAsks(): boolean {
  const { stdout } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  const [, minor] = /"minor":\s*"(\d+)/.exec(stdout ?? '') ?? [];
  return Number(minor) >= 26;
}

describe.skipIf(!kubectlAsks())('kubectl itself, 1.26 or newer', () => {
  async function kubectl(...words: string[]): Promise<string[]> {
    symlinkSync(join(bin, 'run.js'), join(directory, 'kubectl-netprereq'));
    symlinkSync(join(bin, 'complete.js'), join(directory, 'kubectl_complete-netprereq'));
    const PATH = [directory, dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { ...process.env, ...(await start()), PATH };
    return lines(await ended(spawn('kubectl', ['__complete', 'netprereq', ...words], { env })));
  }

  test.for<[string[], string[]]>([
    [[''], Object.keys(COMMANDS)],
    [
      ['check', ''],
      ['node-2', 'node-10', 'other'],
    ],
    [
      ['check', '--output', 'j'],
      ['json', 'junit'],
    ],
    [['check', '--only', 'br-netfilter,conn'], ['br-netfilter,conntrack-active']],
  ])('completes %j', async ([words, expected]) => {
    expect(await kubectl(...words)).toEqual([...expected, ':4']);
  });
});

describe('completion, the command', () => {
  const env = () => ({ PATH: [directory, process.env.PATH].join(delimiter), HOME: directory });
  const script = () => join(directory, 'kubectl_complete-netprereq');
  const plugin = () => symlinkSync(join(bin, 'run.js'), join(directory, 'kubectl-netprereq'));

  test('writes the script beside the plug-in on the PATH, and it completes', async () => {
    plugin();
    const { code, stdout, stderr } = await netprereq(['completion'], env());
    expect([code, stdout]).toEqual([0, `${script()} written\n`]);
    expect(stderr).toContain('source <(kubectl completion bash)');
    const PATH = [directory, dirname(process.execPath), process.env.PATH].join(delimiter);
    const asked = await ended(spawn(script(), ['check', '--output', 'j'], { env: { ...process.env, PATH } }));
    expect([asked.stdout, asked.stderr]).toEqual(['json\njunit\n:4\n', '']);
    // The plug-in was uninstalled, and the script was left.
    rmSync(join(directory, 'kubectl-netprereq'));
    const silent = await ended(spawn('/bin/sh', [script(), 'check', ''], { env: { PATH: directory } }));
    expect([silent.code, silent.stdout, silent.stderr]).toEqual([0, ':4\n', '']);
  });

  test('leaves alone what another way of installing has put there', async () => {
    plugin();
    writeFileSync(script(), 'of npm');
    const { code, stdout } = await netprereq(['completion'], env());
    expect([code, stdout, readFileSync(script(), 'utf8')]).toEqual([0, `${script()} already exists\n`, 'of npm']);
  });

  test('says what to type where the plug-in is not on the PATH', async () => {
    const { code, stderr } = await netprereq(['completion'], { PATH: directory });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/not on the PATH\n.*completion --print >DIRECTORY/)]);
  });

  test('prints the script on request', async () => {
    const { stdout } = await netprereq(['completion', '--print']);
    expect(stdout).toMatch(/^#!\/bin\/sh\n[\s\S]*__complete "\$@"\n$/);
  });
});
