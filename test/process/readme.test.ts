import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { bridgeOffNode, flannelCluster, healthyNode } from '../support/clusters.ts';
import { commandLine, ended } from '../support/command.ts';
import { noNamespaceNodes } from '../support/fixing.ts';
import { readPage, sectionsOf } from '../support/markdown.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { noTerminal } from '../support/terminal.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

/** Commands that are not run here, by how they begin, and why. */
const NOT_RUN: readonly [begin: RegExp, reason: string][] = [
  [/^kubectl krew install /, 'installs from the network; test/dist does it from archives'],
  [/^source <\(kubectl completion bash\)/, "loads kubectl's own completion into the shell"],
  [/^npm install -g /, 'installs from the network; test/dist does it from the package'],
  [/^sha256sum |^mkdir -p ~\/netprereq |^ln -s ~\/netprereq\//, 'needs an archive; test/dist unpacks and runs it'],
  [/^sudo kubectl-netprereq fix --local$/, 'would change this machine; fix-local.test.ts has one made up'],
  [/^npm (ci|start|run) ?/, 'installs, builds, or takes minutes; demo.test.ts and test/dist run these'],
];
const reasonOf = (line: string) => NOT_RUN.find(([begin]) => begin.test(line))?.[1];

const lines = sectionsOf(readPage('README.md')).flatMap(({ commands }) => commands);
const run = lines.filter((line) => reasonOf(line) === undefined);
/** They ask on the terminal, and change the node. */
const changes = (line: string) => /^kubectl netprereq (fix|undo) (?!.*--dry-run)/.test(line);

const FLANNEL =
  'E1129 main.go:278] Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory';
const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

const noNamespaces = await noNamespaceNodes();

describe('every command of the README', () => {
  let standIn: StandIn;
  let workspace: Workspace;

  beforeAll(async () => {
    const nodes = [healthyNode('node-1'), healthyNode('node-2'), bridgeOffNode('node-7')];
    standIn = await startStandIn({ ...flannelCluster(), nodes });
    workspace = createWorkspace();
    const { file, args } = commandLine([]);
    const plugin = `exec ${quoted([file, ...args])} "$@"`;
    const programs = {
      'kubectl-netprereq': plugin,
      // What kubectl does with a plug-in, and a log of flannel.
      kubectl: `case $1 in netprereq) shift; ${plugin} ;; logs) echo '${FLANNEL}' ;; *) exit 9 ;; esac`,
    };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(workspace.directory, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(workspace.directory, name), 0o755);
    }
  });
  afterAll(async () => {
    await standIn?.stop();
    await workspace?.remove();
  });

  const start = (file: string, args: readonly string[]): ChildProcess => {
    const { directory } = workspace;
    const PATH = `${directory}:${process.env.PATH}`;
    const env = { ...process.env, PATH, KUBECONFIG: standIn.kubeconfig, NO_COLOR: '1', TERM: 'xterm' };
    return spawn(file, args, { cwd: directory, env: { ...env, NETPREREQ_IMAGE: '' } });
  };

  test.for(run.filter((line) => !changes(line)))('runs: %s', async (line) => {
    const { code, stderr } = await ended(start('sh', ['-c', line]));
    expect(stderr).not.toMatch(/^error: /m);
    // 1: a node fails, as one of the stand-in's does, or this machine; 3: what of this machine cannot be read.
    expect([0, 1, ...(line.includes('--local') ? [3] : [])]).toContain(code);
  });

  const skipped = noNamespaces ?? noTerminal;
  test.skipIf(skipped)(`fixes a node and undoes that${skipped ? ` (skipped: ${skipped})` : ''}`, async () => {
    const changing = run.filter(changes);
    expect(changing).toEqual(['kubectl netprereq fix node-7', 'kubectl netprereq undo node-7']);
    for (const line of changing) {
      const child = start('script', ['-qec', line, '/dev/null']);
      child.stdout?.on('data', (data) => `${data}`.includes('[y/N]') && child.stdin?.write('y\n'));
      const { code, stdout } = await ended(child);
      expect(stdout).toMatch(/node-7/);
      expect(stdout).not.toMatch(/^error: /m);
      // Undone, the node fails again.
      expect([line, code]).toEqual([line, line.includes('undo') ? expect.any(Number) : 0]);
    }
  });

  test.for(lines.filter((line) => reasonOf(line) !== undefined))('has the form that works elsewhere: %s', (line) => {
    for (const [, script = ''] of line.matchAll(/npm run (\S+)/g))
      expect(Object.keys(manifest.scripts)).toContain(script);
    for (const [, name] of line.matchAll(/npm install -g (\S+)/g)) expect(name).toBe(manifest.name);
    // The kubectl completion of a shell is for that shell.
    expect(spawnSync(line.startsWith('source ') ? 'bash' : 'sh', ['-n', '-c', line]).status).toBe(0);
  });

  test.for(NOT_RUN)('%s is left out for a reason that still holds: %s', ([begin]) => {
    expect(lines.filter((line) => begin.test(line))).not.toEqual([]);
  });
});
