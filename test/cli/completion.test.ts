import { describe, expect, test, vi } from 'vitest';
import { complete, type Names } from '../../src/cli/completion/candidates.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { RULES } from '../../src/rules/index.ts';

vi.mock('../../src/rules/index.ts', () => import('../support/rules.ts'));

const FILES = 0;
const NO_FILES = 4;
const KNOWN: Record<string, string[]> = {
  nodes: ['node-1', 'node-2', 'other'],
  namespaces: ['default', 'kube-system'],
  contexts: ['admin@one', 'admin@two'],
  clusters: ['one', 'two'],
  users: ['admin'],
};
const names: Names = {
  kubeconfig: async (kind) => KNOWN[kind] ?? [],
  cluster: async (resource) => KNOWN[resource] ?? [],
};
const nowhere: Names = {
  kubeconfig: async () => expect.fail('looked into the kubeconfig'),
  cluster: async () => expect.fail('asked the cluster'),
};

/** The words of a line; a blank at its end begins an empty one. */
const words = (line: string) => line.split(' ');

async function offered(line: string, source = names): Promise<string[]> {
  const { candidates, directive } = await complete(words(line), COMMANDS, source);
  expect(directive).toBe(NO_FILES);
  return candidates.map(({ word }) => word);
}

const ids = RULES.map(({ id }) => id);
const except = (...left: string[]) => ids.filter((id) => !left.includes(id));

describe('what needs no cluster is offered without looking at one', () => {
  test.for<[string, string[]]>([
    ['', Object.keys(COMMANDS)],
    ['ch', ['check']],
    ['-', ['--help', '--version']],
    ['help ', Object.keys(COMMANDS)],
    ['help f', ['fix']],
    ['help fix ', []],
    ['version ', []],
    ['nonsense ', []],
    ['nonsense -', []],
    ['--context x', []],
    ['--context x ', []],
    ['check --sel', ['--selector']],
    ['check --on', ['--only']],
    ['check -o ', ['table', 'wide', 'json', 'yaml', 'name', 'junit', 'markdown', 'sarif']],
    ['check -o=', ['table', 'wide', 'json', 'yaml', 'name', 'junit', 'markdown', 'sarif']],
    ['check --output j', ['json', 'junit']],
    ['check --output=j', ['json', 'junit']],
    ['explain -o ', ['table', 'json', 'yaml']],
    ['check --fail-on ', ['fail', 'boot', 'warn']],
    ['check --cni fl', ['flannel']],
    ['check --kube-proxy-mode n', ['nftables', 'none']],
    ['check --ip-families ', ['IPv4', 'IPv6']],
    ['check --ip-families IPv4,', ['IPv4,IPv6']],
    ['check --only ', ids],
    ['check --only=', ids],
    ['check --skip ipv', ['ipv4-forwarding', 'ipv6-forwarding']],
    ['check --only ipv4-forwarding,', except('ipv4-forwarding').map((id) => `ipv4-forwarding,${id}`)],
    ['check --only ipv4-forwarding --only ', except('ipv4-forwarding')],
    ['check --only ip_forward,ipv', ['ip_forward,ipv6-forwarding']],
    ['check --only net.ipv4.', ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding']],
    ['check --timeout ', []],
    ['check --selector ', []],
    ['check --insecure-skip-tls-verify=', ['true', 'false']],
    ['check --all-nodes ', []],
    ['check -l a=b ', []],
    ['check --local ', []],
    ['check -- ', []],
    ['check -- --on', []],
    ['check -o json --output', []],
    ['explain ', ids],
    ['explain ipv4-forwarding i', ['ipv6-forwarding']],
    ['explain net.bridge.bridge-nf-call-ip6', ['net.bridge.bridge-nf-call-ip6tables']],
    ['explain nonsense', []],
    ['cleanup ', []],
    ['cleanup --a', ['--all-runs', '--as', '--as-group', '--as-uid']],
    ['cleanup --as me --as', ['--as-group', '--as-uid']],
    ['cleanup --as-group a --as-g', ['--as-group']],
  ])('%j', async ([line, expected]) => {
    expect(await offered(line, nowhere)).toEqual(expected);
  });

  test.for(Object.entries(COMMANDS))('every flag of %s, and --help', async ([name, command]) => {
    const flags = Object.keys(command.flags ?? {}).map((flag) => `--${flag}`);
    expect(await offered(`${name} -`, nowhere)).toEqual([...flags, '--help']);
    expect(await offered(`${name} --`, nowhere)).toEqual([...flags, '--help']);
  });
});

describe('names come from where they are', () => {
  test.for<[string, string[]]>([
    ['check ', ['node-1', 'node-2', 'other']],
    ['check no', ['node-1', 'node-2']],
    ['check node-1 ', ['node-2', 'other']],
    ['check node/node-1 no', ['node-2']],
    ['check node/', ['node/node-1', 'node/node-2', 'node/other']],
    ['check node-1 nodes/n', ['nodes/node-2']],
    ['check -o json --timeout 5s ', ['node-1', 'node-2', 'other']],
    ['check --only ipv4-forwarding ', ['node-1', 'node-2', 'other']],
    ['check -n ', ['default', 'kube-system']],
    ['check --namespace=k', ['kube-system']],
    ['cleanup --namespace ', ['default', 'kube-system']],
    ['check --context admin@t', ['admin@two']],
    ['check --cluster ', ['one', 'two']],
    ['check --user ', ['admin']],
  ])('%j', async ([line, expected]) => {
    expect(await offered(line)).toEqual(expected);
  });

  test('with the flags that stand on the line, in any spelling', async () => {
    const asked: unknown[] = [];
    const recording: Names = {
      ...names,
      cluster: async (resource, given) => {
        asked.push([resource, Object.fromEntries(given)]);
        return [];
      },
    };
    await complete(words('check --context one -s=https://x --as-group a --as-group=b node-1 '), COMMANDS, recording);
    expect(asked).toEqual([['nodes', { context: ['one'], server: ['https://x'], 'as-group': ['a', 'b'] }]]);
  });
});

test.for(['check --kubeconfig ', 'check --kubeconfig=/et', 'cleanup --client-key ', 'check --certificate-authority '])(
  '%j is left to the shell, which knows the files',
  async (line) => {
    expect(await complete(words(line), COMMANDS, nowhere)).toEqual({ candidates: [], directive: FILES });
  },
);

test('commands, flags and rules come with a word of explanation', async () => {
  for (const line of ['', 'check --', 'explain ']) {
    const { candidates } = await complete(words(line), COMMANDS, nowhere);
    for (const { description } of candidates) expect(description).toMatch(/./);
  }
});
