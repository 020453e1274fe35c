import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEMO_NODES } from '../../scripts/demo/nodes.ts';
import { ended, type Result } from '../support/command.ts';
import { startStandIn } from '../support/stand-in.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'demo.ts');
const bridges = '/proc/sys/net/bridge/bridge-nf-call-iptables';
const conntrack = '/proc/sys/net/netfilter/nf_conntrack_max';

/** Verdicts, now and after a reboot, as the table shows them. */
const verdicts = [
  'node-2 fail br-netfilter br-netfilter',
  'node-3 fail bridge-nf-call-iptables bridge-nf-call-iptables',
  'node-5 unknown unknown unknown',
  'node-4 warn nothing (4 checked) ipv4-forwarding',
  'node-1 pass nothing (4 checked) nothing (4 checked)',
];

/** Everything that a demo leaves, and every process of it, has this directory in its name or command line. */
let directory: string;
let group: number | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'demo-test-'));
});

afterEach(() => {
  if (group !== undefined) killGroup(group);
  group = undefined;
  rmSync(directory, { recursive: true, force: true });
});

/** Not by kill(1): that of procps 4.0 takes the 1 that a group's number begins with for all processes there are. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Starts the demo as a terminal does, in a process group of its own. `inside`: a command line that runs it. */
function start(args: readonly string[], inside: readonly string[] = [], env: Record<string, string> = {}) {
  const [file = '', ...rest] = [...inside, process.execPath, script, ...args];
  const all = { ...process.env, ...env, TMPDIR: directory, LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
  const child = spawn(file, rest, { env: all, detached: true });
  group = child.pid;
  return child;
}

/** Presses Ctrl-C once the demo has printed `text`. */
function interruptAt(child: ChildProcess, text: string): Promise<Result> {
  let seen = '';
  const look = (data: Buffer) => {
    seen += data;
    if (!seen.includes(text)) return;
    child.stdout?.off('data', look);
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
  };
  child.stdout?.on('data', look);
  return ended(child);
}

/** The table's rows, without what is drawn. */
const rows = (stdout: string) =>
  [...stdout.matchAll(/^(node-\d) +[^\w\s] (\w+) +(.*)$/gm)].map(([, ...cells]) => cells.join(' ').replace(/ +/g, ' '));

/** Processes that name the demo's directory in their command line or environment. */
function processes(): string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc').filter((pid) => {
    const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'latin1');
    try {
      return /^\d+$/.test(pid) && `${read('cmdline')}${read('environ')}`.includes(directory);
    } catch {
      return false;
    }
  });
}

/** Nodes die when their input ends, which is a moment after their parent's death by a signal. */
const nothingIsLeft = () =>
  expect.poll(() => [processes(), readdirSync(directory)], { timeout: 40_000 }).toEqual([[], []]);

/** Why nodes cannot have namespaces here; undefined: they can. */
async function obstacle(): Promise<string | undefined> {
  if (!existsSync(bridges) || !existsSync(conntrack)) return 'no br_netfilter or no nf_conntrack';
  const standIn = await startStandIn({ nodes: [{ name: 'node-1', namespaces: {} }] });
  await standIn.stop();
  return standIn.nodes[0]?.reason;
}

const reason = await obstacle();
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;

/** Runs a shell command and then the demo in a mount namespace, where the command may hide something of the machine. */
const hiding = (command: string) => [
  ...['unshare', '--user', '--map-root-user', '--mount'],
  ...['sh', '-ec', `${command}\nexec "$@"`, 'sh'],
];

describe.skipIf(reason !== undefined)(`the demo with nodes in namespaces${skipped}`, () => {
  test.for<[who: string, inside: string[]]>([
    ['whoever runs the tests', []],
    ['an ordinary user', ['unshare', '--user', '--map-user=1000', '--map-group=1000']],
  ])('shows the verdicts to %s, ends with 0 and leaves nothing', async ([, inside]) => {
    const { code, stdout, stderr } = await ended(start([], inside));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain("node-1, node-2, node-3 and node-4 are namespaces of this machine's kernel");
    expect(stdout).not.toContain('recorded answers');
    expect(rows(stdout)).toEqual(verdicts);
    expect(stdout).toContain('/etc/sysctl.d/60-hardening.conf:4');
    expect(stdout).toContain('The check ended with code 1');
    await nothingIsLeft();
  });

  test.for<[title: string, command: string, said: string]>([
    [
      'the programs for namespaces are missing',
      'mount --bind /dev/null "$(command -v unshare)"',
      'this machine allows no nodes in namespaces (spawn unshare EACCES).',
    ],
    [
      'a node starts but cannot run a pod',
      'mount --bind /dev/null "$(command -v setpriv)"',
      'this machine allows no nodes in namespaces (setpriv: Permission denied).',
    ],
    [
      'the kernel has no bridge netfilter',
      'mkdir "$TMPDIR/e"; mount --bind "$TMPDIR/e" /proc/sys/net/bridge; rmdir "$TMPDIR/e" || :',
      "this machine's kernel has no bridge netfilter (br_netfilter).",
    ],
  ])('shows the same verdicts from recorded answers where %s', async ([, command, said]) => {
    const { code, stdout } = await ended(start([], hiding(command)));
    expect(stdout).toContain(`node-1, node-2, node-3 and node-4 give recorded answers:\n  ${said}`);
    expect([code, rows(stdout)]).toEqual([0, verdicts]);
  });

  test.for<[when: string, text: string]>([
    ['while the nodes start', 'node-4'],
    ['during the check', '$ kubectl'],
  ])('is ended by Ctrl-C %s, and leaves nothing', async ([, text]) => {
    const { code, signal } = await interruptAt(start([]), text);
    expect(code === 130 || signal === 'SIGINT').toBe(true);
    await nothingIsLeft();
  });

  test('is ended by a signal that only it gets, and leaves nothing', async () => {
    const child = start([]);
    child.stdout.on('data', (data) => String(data).includes('$ kubectl') && child.kill('SIGTERM'));
    expect((await ended(child)).code).toBe(143);
    await nothingIsLeft();
  });

  test('stays up when a check of it is interrupted, and lets fix load the module that node-2 lacks, and undo forget it', async () => {
    const child = start(['--keep']);
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    const exported = () => /^ +(export KUBECONFIG=.*)\n/m.exec(stdout)?.[1];
    await expect.poll(exported, { timeout: 20_000 }).toBeDefined();
    const line = exported();
    const run = (command: string) => ended(spawn('sh', ['-c', `${line}; ${command}`]));
    for (const seconds of ['0.4', '0.7', '1']) await run(`timeout -s INT ${seconds} kubectl-netprereq check`);
    const fixed = await run('kubectl-netprereq fix node-2 --yes --settle 0s -o json');
    expect(fixed.code).toBe(0);
    expect(JSON.parse(fixed.stdout).nodes).toMatchObject([{ name: 'node-2', outcome: 'changed', verdict: 'pass' }]);
    const undone = await run('kubectl-netprereq undo node-2 --yes --settle 0s -o json');
    expect(JSON.parse(undone.stdout).nodes).toMatchObject([{ name: 'node-2', outcome: 'changed' }]);
    const { stdout: after } = await run('kubectl-netprereq check node-2');
    expect(rows(after)).toEqual(['node-2 warn nothing (4 checked) br-netfilter']);
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    await ended(child);
    await nothingIsLeft();
  });

  test('is killed without leaving anything', async () => {
    const child = start(['--keep']);
    const result = ended(child);
    child.stdout.on('data', (data) => String(data).includes('KUBECONFIG=') && child.kill('SIGKILL'));
    expect((await result).signal).toBe('SIGKILL');
    await nothingIsLeft();
  });
});

describe('the demo', () => {
  test('says in one line that an option is unknown', async () => {
    const { code, stdout, stderr } = await ended(start(['--foo']));
    expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
    expect(stderr).toMatch(/^error: Unknown option '--foo': npm run demo -- \[--keep/);
  });

  test('shows the same verdicts from recorded answers, in plain text on a dumb terminal', async () => {
    const { code, stdout, stderr } = await ended(start(['--recorded'], [], { TERM: 'dumb', NO_COLOR: '' }));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/node-1, node-2, node-3 and node-4 give recorded answers/);
    expect(stdout).toMatch(/^node-2 +\S+ fail +br-netfilter/m);
    expect(stdout).toMatch(/^[\n -~]*$/);
    await nothingIsLeft();
  });

  const noTerminal = spawnSync('script', ['--version']).status !== 0;
  test.skipIf(noTerminal)('wraps its own lines to a narrow terminal, and no command', async () => {
    const command = `stty cols 50; '${process.execPath}' '${script}' --recorded`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, TMPDIR: directory, LC_ALL: 'C.UTF-8', NO_COLOR: '1' },
      detached: true,
    });
    group = child.pid;
    const { stdout } = await ended(child);
    const lines = stdout.replaceAll('\r', '').split('\n');
    const check = lines.findIndex((line) => line.startsWith('$ kubectl'));
    const end = lines.findIndex((line) => line.startsWith('The check ended'));
    const own = [...lines.slice(0, check), ...lines.slice(end)];
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter((line) => line.length > 50)).toEqual([expect.stringContaining('bin/run.js explain')]);
  });

  test('stays up with --keep, answers the command that it names, and ends with 0 by Ctrl-C', async () => {
    const child = start(['--recorded', '--keep']);
    let stdout = '';
    let tried: Result | undefined;
    child.stdout.on('data', async (data) => {
      stdout += data;
      const line = /^ +(export KUBECONFIG=.*)$/m.exec(stdout)?.[1];
      if (!line || !stdout.includes('explain br-netfilter') || child.stdout.isPaused()) return;
      child.stdout.pause();
      tried = await ended(spawn('sh', ['-c', `${line}; kubectl-netprereq check -o name node-1 node-2 node-4`]));
      process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
      child.stdout.resume();
    });
    expect((await ended(child)).code).toBe(0);
    expect(tried).toMatchObject({ code: 1, stdout: 'node/node-2\nnode/node-4\n' });
    await nothingIsLeft();
  });

  test('says that recorded answers do not change, and proposes no fix of them that would not work', async () => {
    const child = start(['--recorded', '--keep']);
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    await expect.poll(() => stdout, { timeout: 20_000 }).toContain('kubectl-netprereq explain br-netfilter');
    expect(stdout).toContain('Recorded answers do not change');
    expect(stdout.match(/^ {2}kubectl-netprereq (?:fix|undo).*$/gm)).toEqual([
      '  kubectl-netprereq fix node-2 --dry-run',
    ]);
    const [line = ''] = /export KUBECONFIG=.*/.exec(stdout) ?? [];
    const { code, stdout: fixed } = await ended(
      spawn('sh', ['-c', `${line}; kubectl-netprereq fix node-2 --yes --settle 0s`]),
    );
    expect(code).toBe(1);
    expect(fixed).toMatch(
      /refused: this node of the demo only plays a recorded answer.*: nothing was changed\n +try +kubectl netprereq check node-2$/m,
    );
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    await ended(child);
    await nothingIsLeft();
  });

  test('ends when nobody reads what it says', async () => {
    const child = start(['--recorded']);
    child.stdout.once('data', () => child.stdout.destroy());
    expect((await ended(child)).code).toBe(0);
    await nothingIsLeft();
  });

  test('has a recorded answer for each node that answers', () => {
    const answers = JSON.parse(readFileSync(join(script, '..', 'demo', 'answers.json'), 'utf8'));
    expect(Object.keys(answers)).toEqual(DEMO_NODES.flatMap(({ name, namespaces }) => (namespaces ? [name] : [])));
  });
});
