import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine, ended } from '../../support/command.ts';
import type { Case, Places } from './case.ts';
import { CASES } from './cases.ts';
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

let root: string;
let pki: Certificates;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'netprereq-kubeconfigs-'));
  if (missing === '') pki = await makeCertificates(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function lay(at: Places, one: Case): Promise<{ args: string[]; env: Record<string, string> }> {
  const { config, files = {}, args = [], env = {} } = one.setup(at);
  const all = config === undefined ? files : { ...files, config };
  for (const [name, content] of Object.entries(all)) {
    const path = join(at.directory, name);
    await mkdir(dirname(path), { recursive: true });
    // JSON is YAML.
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    if (name === 'plugin') await chmod(path, 0o755);
  }
  return { args, env: { PATH: process.env.PATH ?? '', HOME: at.directory, KUBECONFIG: 'config', ...env } };
}

async function outcome(
  command: { file: string; args: string[] },
  env: Record<string, string>,
  at: Places,
  request: () => Recorded | undefined,
): Promise<{ outcome: Outcome; said: string }> {
  await rm(join(at.directory, 'notes'), { force: true });
  const child = spawn(command.file, command.args, {
    cwd: at.directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const { code, stderr } = await ended(child);
  const found = request();
  if (found === undefined) {
    expect(code, `exit code of ${command.file}, which sent nothing`).not.toBe(0);
    return { outcome: { refused: true }, said: stderr };
  }
  const notes = await readFile(join(at.directory, 'notes'), 'utf8').catch(() => '');
  const told: unknown = JSON.parse(notes.trim().split('\n').at(-1) || 'null');
  return {
    outcome: { request: found, pluginTold: told, pluginHeard: stderr.includes('the plug-in says hello') },
    said: stderr,
  };
}

for (const [about, cases] of Object.entries(CASES)) {
  const title = `kubectl and this command agree about ${about}`;
  describe.skipIf(missing !== '')(missing ? `${title} (skipped: ${missing})` : title, () => {
    test.concurrent.for(cases.map((one) => [one.name, one] as const))('%s', async ([, one], { expect }) => {
      await using server = await recordingServer(pki);
      const directory = await mkdtemp(join(root, 'case-'));
      const base64 = (file: string) => readFileSync(file).toString('base64');
      const at: Places = { directory, ports: server.ports, pki, base64 };
      const { args, env } = await lay(at, one);
      const theirs = await outcome({ file: KUBECTL, args: ['version', ...args] }, env, at, () =>
        server.request('kubectl/'),
      );
      const ours = await outcome(commandLine(['cleanup', ...args]), env, at, () =>
        server.request('kubectl-netprereq/'),
      );
      const said = `kubectl: ${theirs.said}\nkubectl netprereq: ${ours.said}`;
      expect('refused' in theirs.outcome, `whether kubectl refuses; ${said}`).toBe(one.refused ?? false);
      if (one.deliberate === undefined) expect(ours.outcome, said).toEqual(theirs.outcome);
      else expect(ours.outcome, said).not.toEqual(theirs.outcome);
    });
  });
}
