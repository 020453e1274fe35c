import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { commandLine, ended, netprereq } from '../support/command.ts';
import { loadedKubernetesClient, loadedOclif, PRINT_LOADED } from '../support/loaded.ts';

describe('usage errors are in the words of kubectl, on stderr, with exit code 2', () => {
  test.for<[string[], RegExp]>([
    [['check', '--nope'], /^error: unknown flag: --nope\nSee 'kubectl netprereq check -h' for help and examples\.$/m],
    [
      ['check', '-o', 'xml'],
      /^error: invalid argument "xml" for "--output" flag: must be one of table, wide, json, yaml, name, junit, markdown, sarif$/m,
    ],
    [['check', '--timeout', 'soon'], /^error: invalid argument "soon" for "--timeout" flag/],
    [['check', '--concurrency', '0'], /^error: invalid argument "0" for "--concurrency" flag/],
    [
      ['check', '--timeout', '2000h'],
      /^error: invalid argument "2000h" for "--timeout" flag: must be between 1s and 24h$/m,
    ],
    [['check', '--timeout', '0'], /^error: invalid argument "0" for "--timeout" flag/],
    [
      ['check', '--all-nodes=maybe'],
      /^error: invalid argument "maybe" for "--all-nodes" flag: must be true or false$/m,
    ],
    [['check', '--local=true', '--all-nodes=true'], /^error: cannot specify both --all-nodes and --local$/m],
    [['check', '--output'], /^error: flag needs an argument: --output$/m],
    [['cleanup', 'ns-1'], /^error: unexpected argument "ns-1": cleanup takes no names$/m],
    [
      ['--context', 'x', 'check'],
      /^error: flags cannot be placed before the command: --context\n {2}the command comes first: kubectl netprereq check --context x\nSee /,
    ],
    [['check', '--request-timeout', 'x'], /^error: invalid argument "x" for "--request-timeout" flag: .*\nSee /],
    [['check', '--timeout'], /^error: flag needs an argument: --timeout$/m],
    [['check', '-v'], /^error: flag needs an argument: 'v' in -v$/m],
    [['fix', '--all'], /^error: unknown flag: --all\n\nDid you mean this\?\n\t--all-nodes\n\nSee /],
    [['check', 'node-1', '-l', 'a=b'], /^error: cannot specify both a node name and a --selector option$/m],
    [['check', 'node-1', '--all-nodes'], /^error: cannot specify both node names and --all-nodes$/m],
    [['check', 'node-1', '--local'], /^error: cannot specify both node names and --local$/m],
    [
      ['undo', '--local', '--context', 'x'],
      /^error: cannot specify both --local and --context: --local asks no cluster$/m,
    ],
    [['check', '--only', 'nope'], /^error: unknown rule "nope"; kubectl netprereq explain lists all rules$/m],
    [['check', '--local', '--skip', 'nope'], /^error: unknown rule "nope"/],
    [
      ['chekc'],
      /^error: unknown command "chekc" for "kubectl netprereq"\n\nDid you mean this\?\n\tcheck\n\nSee 'kubectl netprereq -h' for help and examples\.\n$/,
    ],
    [['clean', 'node-1'], /^error: unknown command "clean" for .*\n\nDid you mean this\?\n\tcleanup\n\nSee /],
    [['gandalf', 'node-1'], /^error: unknown command "gandalf" for "kubectl netprereq"\nSee /],
    [['chek', '--help'], /^error: unknown command "chek" for .*\n\nDid you mean this\?\n\tcheck\n\nSee /],
    [
      ['help', 'chek'],
      /^error: unknown command "chek" for .*\n\nDid you mean this\?\n\tcheck\n\nSee 'kubectl netprereq -h'/,
    ],
    [['help', 'check', 'fix'], /^error: unexpected argument "fix": help takes one command$/m],
    [['help', '--foo'], /^error: unknown flag: --foo$/m],
    [['options', 'x'], /^error: unexpected argument "x": options takes none$/m],
    [['check', '--all'], /^error: unknown flag: --all\n\nDid you mean this\?\n\t--all-nodes\n\nSee /],
    [['check', '--cni', 'flanel'], /must be one of flannel, .*; did you mean flannel\?\nSee /],
    [['check', '--kube-proxy-mode', 'x'], /must be one of iptables, ipvs, nftables, none\nSee /],
    [['fix', 'n', '--dry-run', 'server'], /^error: --dry-run takes its value after "=": --dry-run=server/],
    [['explain', '--context', 'x'], /^error: unknown flag: --context: explain asks no cluster$/m],
    [['check', ''], /^error: a node name is empty: is a variable not set\?$/m],
    [['cleanup', '--run', ''], /^error: --run is empty: it needs the ID of a run$/m],
    [['check', '--cni', 'Flannel', '--ip-families', 'ipv6', '--kubeconfig', '/does/not/exist'], /no such file/],
    [['version', 'x'], /^error: unexpected argument "x": version takes none$/m],
    [
      ['check', '--ouput=json'],
      /^error: unknown flag: --ouput\n\nDid you mean this\?\n\t--output\n\nSee 'kubectl netprereq check -h'/,
    ],
    [['fix', '-A'], /^error: unknown shorthand flag: 'A' in -A\n\nDid you mean this\?\n\t--all-nodes\n\nSee /],
    [['explain', '-A'], /^error: unknown shorthand flag: 'A' in -A\nSee /],
    [['undo', '-yx', 'node-1'], /^error: unknown shorthand flag: /],
    [['check', 'a,b'], /^error: node names are separated by blanks, not by commas: a,b$/m],
    [['check', '--', '-h'], /^error: unknown flag: -h$/m],
    [['cleanup', '--all-runs'], /^error: cannot ask without a terminal: use --yes to proceed, or --run ID /m],
    [['cleanup', '--force'], /^error: --force needs --run or --all-runs$/m],
    [['cleanup', '--run', 'x', '--all-runs'], /^error: --run and --all-runs cannot be used together$/m],
    [['check', '--kubeconfig', '/does/not/exist'], /\/does\/not\/exist: no such file or directory/],
  ])('%j', async ([args, wanted]) => {
    const { code, stdout, stderr } = await netprereq(args, { KUBECONFIG: '/dev/null' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(wanted);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test.for([[], ['help'], ['-h'], ['--help']])('%j prints what there is, and succeeds', async (args) => {
  const { code, stdout, stderr } = await netprereq(args);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('kubectl netprereq COMMAND [flags]');
  for (const name of Object.keys(COMMANDS)) expect(stdout).toMatch(new RegExp(`^ {2}${name} +[A-Z]`, 'm'));
});

test.for([
  ['check', '-h'],
  ['check', '--help'],
  ['check', 'node-1', '-h'],
  ['help', 'check'],
  ['help', '-h', 'check'],
])('%j shows the usage under the name that people type', async (args) => {
  const { code, stdout } = await netprereq(args);
  expect(code).toBe(0);
  expect(stdout).toContain('kubectl netprereq check [NODE...');
});

test('--version is one line', async () => {
  const { code, stdout } = await netprereq(['--version']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^kubectl-netprereq\/\S+ \S+ node-v\S+\n$/)]);
});

test.for(Object.keys(COMMANDS))(
  '%s refuses a flag that it does not have, whether it has others or not',
  async (name) => {
    const { code, stderr } = await netprereq([name, '--nope', '-o', 'json']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: unknown flag: --nope\nSee /)]);
  },
);

describe('what needs no cluster does without the Kubernetes client', () => {
  test.for([['--help'], ['check', '--help'], ['help'], ['help', 'fix'], ['options'], ['--version'], []])(
    '%j, and without oclif',
    async (args) => {
      const { code, stderr } = await netprereq(args, PRINT_LOADED);
      expect([code, loadedKubernetesClient(stderr), loadedOclif(stderr)]).toEqual([0, false, false]);
    },
  );

  test.for([
    ['check', '--local'],
    ['fix', '--local', '--dry-run'],
    ['undo', '--local', '--dry-run'],
    ['version', '--client'],
  ])('%j, which asks no cluster', async (args) => {
    const { stderr } = await netprereq(args, PRINT_LOADED);
    expect(loadedKubernetesClient(stderr)).toBe(false);
  });

  test.for([['chek'], ['check', '--nope'], ['help', 'chek']])('%j, an error of usage', async (args) => {
    const { code, stderr } = await netprereq(args, PRINT_LOADED);
    expect([code, loadedKubernetesClient(stderr), loadedOclif(stderr)]).toEqual([2, false, true]);
  });
});

const noTerminal = spawnSync('script', ['--version']).status !== 0;
test.skipIf(noTerminal)(
  `at a terminal it prints help like anywhere${noTerminal ? ' (skipped: no script(1) here)' : ''}`,
  async () => {
    const { file, args } = commandLine(['--help']);
    const { code, stdout } = await ended(
      spawn('script', ['-qec', `'${file}' '${args.join("' '")}'`, '/dev/null'], {
        // What oclif does at a terminal it leaves in CI.
        env: { ...process.env, CI: '', TERM: 'xterm' },
      }),
    );
    expect(stdout).toContain('kubectl netprereq COMMAND [flags]');
    expect(code).toBe(0);
  },
);

test('check --local needs no cluster and judges this host', async () => {
  const { code, stdout } = await netprereq(['check', '--local', '-o', 'json'], { KUBECONFIG: '/does/not/exist' });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ kind: 'CheckReport', cluster: null, summary: { nodes: 1 } });
  expect([0, 1, 3]).toContain(code);
});

test('--only takes the name of a sysctl', async () => {
  const { stdout } = await netprereq(['check', '--local', '-o', 'json', '--only', 'net.ipv4.ip_forward']);
  const report = JSON.parse(stdout);
  const rules = report.nodes.flatMap(({ findings }: { findings: { rule: string }[] }) =>
    findings.map(({ rule }) => rule),
  );
  expect(['ipv4-forwarding', undefined]).toContain(rules[0]);
});

const byRoot = process.getuid?.() === 0;
test.skipIf(!byRoot)(
  `a user whom /etc/passwd does not know can run it${byRoot ? '' : ' (skipped: it takes root)'}`,
  () => {
    const { file, args } = commandLine(['explain', '-o', 'json']);
    const { status, stderr } = spawnSync(file, args, {
      uid: 54321,
      gid: 54321,
      env: { PATH: process.env.PATH },
      cwd: '/',
    });
    expect([status, stderr.toString()]).toEqual([0, '']);
  },
);

test.for([[['explain', 'foo']], [['-h']], [['explain', 'br-netfilter']], [['chekc']]])(
  'where there is no kubectl, %j names the program as it was called, in sentences too',
  async ([args = []]) => {
    const directory = mkdtempSync(join(tmpdir(), 'own-name-'));
    const {
      file,
      args: [script = ''],
    } = commandLine([]);
    const named = join(directory, 'kubectl-netprereq');
    symlinkSync(script, named);
    const { stdout, stderr } = await ended(
      spawn(file, [named, ...args], { env: { PATH: directory, HOME: directory } }),
    );
    rmSync(directory, { recursive: true });
    expect(stdout + stderr).not.toMatch(/kubectl netprereq/);
    expect(stdout + stderr).toMatch(/kubectl-netprereq (?:explain|check|-h)/);
  },
);
