import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine, ended } from '../../support/command.ts';
import type { Case, Places } from './case.ts';
import { CASES, POD_CASES } from './cases.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Recorded, recordingServer } from './recording-server.ts';

/** What one command did: its request and what its plug-in was told, or that it sent none. */
type Outcome = { request: Recorded; pluginTold: unknown; pluginHeard: boolean } | { refused: true };

const KUBECTL = process.env.NETPREREQ_KUBECTL || 'kubectl';

function works(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What is missing, for the title of what is left out. */
const missing = [
  ...(works(KUBECTL, 'version', '--client') ? [] : ['no kubectl on the PATH or in NETPREREQ_KUBECTL']),
  ...(works('openssl', 'version') ? [] : ['no openssl']),
].join(', ');

/** Puts a service account where the kubelet does, seen by nobody else, and becomes the command. */
const IN_POD = `mount -t tmpfs none "$(realpath /var/run)"
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
cp "$1"/* /var/run/secrets/kubernetes.io/serviceaccount
shift
exec "$@"`;

const noPods = [
  ...(missing === '' ? [] : [missing]),
  ...(works('unshare', '-m', 'sh', '-c', 'mount -t tmpfs none "$(realpath /var/run)"')
    ? []
    : ['no mount namespaces here']),
].join(', ');

let root: string;
let pki: Certificates;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'netprereq-kubeconfigs-'));
  if (missing === '') pki = await makeCertificates(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Writes a case's files; `wrap` is what the commands are started with. */
async function lay(at: Places, one: Case): Promise<{ args: string[]; env: Record<string, string>; wrap: string[] }> {
  const { config, files = {}, args = [], env = {}, account } = one.setup(at);
  const mounted = Object.entries(account ?? {}).map(([name, content]) => [`account/${name}`, content]);
  const all = { ...files, ...(config === undefined ? {} : { config }), ...Object.fromEntries(mounted) };
  for (const [name, content] of Object.entries(all)) {
    const path = join(at.directory, name);
    await mkdir(dirname(path), { recursive: true });
    // JSON is YAML.
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    if (name === 'plugin') await chmod(path, 0o755);
  }
  return {
    args,
    env: { PATH: process.env.PATH ?? '', HOME: at.directory, KUBECONFIG: 'config', ...env },
    wrap: account ? ['unshare', '-m', 'sh', '-ec', IN_POD, 'sh', join(at.directory, 'account')] : [],
  };
}

async function outcome(
  [file = '', ...args]: readonly string[],
  env: Record<string, string>,
  at: Places,
  request: () => Recorded | undefined,
): Promise<{ outcome: Outcome; said: string }> {
  await rm(join(at.directory, 'notes'), { force: true });
  const child = spawn(file, args, {
    cwd: at.directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const { code, stderr } = await ended(child);
  const found = request();
  if (found === undefined) {
    expect(code, `exit code of ${[file, ...args].join(' ')}, which sent nothing`).not.toBe(0);
    return { outcome: { refused: true }, said: stderr };
  }
  const notes = await readFile(join(at.directory, 'notes'), 'utf8').catch(() => '');
  const told: unknown = JSON.parse(notes.trim().split('\n').at(-1) || 'null');
  return {
    outcome: { request: found, pluginTold: told, pluginHeard: stderr.includes('the plug-in says hello') },
    said: stderr,
  };
}

const suites = [
  ...Object.entries(CASES).map((entry) => [...entry, missing] as const),
  ...Object.entries(POD_CASES).map((entry) => [...entry, noPods] as const),
];
for (const [about, cases, reason] of suites) {
  const title = `kubectl and this command agree about ${about}`;
  describe.skipIf(reason !== '')(reason ? `${title} (skipped: ${reason})` : title, () => {
    test.concurrent.for(cases.map((one) => [one.name, one] as const))('%s', async ([, one], { expect }) => {
      await using server = await recordingServer(pki);
      const directory = await mkdtemp(join(root, 'case-'));
      const base64 = (file: string) => readFileSync(file).toString('base64');
      const at: Places = { directory, ports: server.ports, pki, base64 };
      const { args, env, wrap } = await lay(at, one);
      const { file: ourFile, args: ourArgs } = commandLine(['cleanup', ...args]);
      const theirs = await outcome([...wrap, KUBECTL, 'version', ...args], env, at, () => server.request('kubectl/'));
      const ours = await outcome([...wrap, ourFile, ...ourArgs], env, at, () => server.request('kubectl-netprereq/'));
      const said = `kubectl: ${theirs.said}\nkubectl netprereq: ${ours.said}`;
      expect('refused' in theirs.outcome, `whether kubectl refuses; ${said}`).toBe(one.refused ?? false);
      // Node's warnings are no business of whoever has a kubeconfig.
      expect(ours.said).not.toMatch(/\(node:\d+\)|Warning:/);
      if (one.deliberate === undefined) expect(ours.outcome, said).toEqual(theirs.outcome);
      else expect(ours.outcome, said).not.toEqual(theirs.outcome);
    });
  });
}
