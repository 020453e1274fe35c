import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { commandLine, ended } from '../support/command.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

/** Asks on the terminal when it may, and takes its time: other requests wait, and the progress line must too. */
const PLUGIN = `#!/bin/sh
printf '%s\\n' "$KUBERNETES_EXEC_INFO" >"$NOTES"
printf 'Password: ' >&2
sleep 1
read -r word || word=nothing
echo "the plug-in heard $word" >&2
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"janes-token"}}'
`;

const noTerminal = spawnSync('script', ['--version']).status !== 0;

describe.skipIf(noTerminal)(
  `a credential plug-in at a terminal${noTerminal ? ' (skipped: no script(1) here)' : ''}`,
  () => {
    let standIn: StandIn | undefined;
    let workspace: Workspace | undefined;
    afterEach(async () => {
      await standIn?.stop();
      await workspace?.remove();
    });

    /** What a check with such a plug-in shows on a terminal, and what the plug-in was told. */
    async function checkAtTerminal(interactiveMode: string): Promise<{ shown: string; interactive: unknown }> {
      standIn = await startStandIn({
        ...flannelCluster(),
        nodes: [{ name: 'node-1', recorded: 'nothing' }],
        users: [{ name: 'jane', token: 'janes-token' }],
      });
      workspace = createWorkspace();
      const at = (name: string) => join(workspace?.directory ?? '', name);
      writeFileSync(at('plugin'), PLUGIN);
      chmodSync(at('plugin'), 0o755);
      const config = JSON.parse(readFileSync(standIn.kubeconfig, 'utf8'));
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: at('plugin'),
        env: [{ name: 'NOTES', value: at('notes') }],
        interactiveMode,
      };
      for (const one of config.users) one.user = { exec };
      writeFileSync(at('config'), JSON.stringify(config));
      const { file, args } = commandLine(['check']);
      const terminal = spawn('script', ['-qec', [file, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'], {
        env: { ...process.env, KUBECONFIG: at('config'), TERM: 'xterm' },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      terminal.stdout.on('data', (data: Buffer) => {
        if (data.includes('Password: ')) terminal.stdin.write('open sesame\n');
      });
      const { stdout } = await ended(terminal);
      return { shown: stdout, interactive: JSON.parse(readFileSync(at('notes'), 'utf8')).spec.interactive };
    }

    test.for(['IfAvailable', 'Always'])('has it to itself until it has ended: interactiveMode %s', async (mode) => {
      const { shown, interactive } = await checkAtTerminal(mode);
      expect(interactive).toBe(true);
      const [before = '', behind = ''] = shown.split('Password: ');
      // The progress line was shown, and is wiped before the question.
      expect(before).toMatch(/reading the cluster[^\n]*\r\u001b\[K$/);
      const [meanwhile = '', after = ''] = behind.split('the plug-in heard open sesame');
      expect(meanwhile).toMatch(/^(?:open sesame)?\s*$/);
      expect(after).toContain('\u001b[K');
    });

    test('is not asked to ask anything: interactiveMode Never', async () => {
      const { shown, interactive } = await checkAtTerminal('Never');
      expect(interactive).toBe(false);
      expect(shown).toContain('the plug-in heard nothing');
    });
  },
);
