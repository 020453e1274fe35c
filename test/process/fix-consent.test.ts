import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FixReport, UndoReport } from '../../src/report/fix-report.ts';
import { forwardingOffNode } from '../support/clusters.ts';
import { commandLine, ended } from '../support/command.ts';
import { changes, noNamespaceNodes, outcomes, standInForEach } from '../support/fixing.ts';
import { schemaErrors } from '../support/report-schema.ts';
import type { StandIn } from '../support/stand-in.ts';
import { answering as answerOnTerminal, noTerminal } from '../support/terminal.ts';

const { start, run, env } = standInForEach();
const unavailable = (await noNamespaceNodes()) ?? noTerminal;

const answering = (args: readonly string[], keys: string) => answerOnTerminal(args, keys, env());

const touched = ({ nodes, created }: StandIn) => ({
  pods: created.filter(changes).length,
  files: ['etc/sysctl.d', 'var/lib/netprereq'].filter((path) => existsSync(join(nodes[0]?.root ?? '', path))),
});
const UNTOUCHED = { pods: 0, files: [] };

describe.skipIf(unavailable)(`consent to a change of nodes${unavailable ? ` (skipped: ${unavailable})` : ''}`, () => {
  test.for([
    ['fix', 'node-1'],
    ['undo', 'node-1'],
  ])('without a terminal and without --yes nothing is even looked at: %j', async (words) => {
    const running = await start([forwardingOffNode('node-1')]);
    const { code, stdout, stderr } = await run(...words);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(/cannot ask without a terminal: use --yes/)]);
    expect([running.created, running.requests]).toEqual([[], []]);
  });

  test.for([['fix'], ['fix', '--yes'], ['undo', '--yes']])('wants to be told which nodes: %j', async (words) => {
    const running = await start([forwardingOffNode('node-1')]);
    const { code, stderr } = await run(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining('say which nodes')]);
    expect(running.requests).toEqual([]);
  });

  test.for([
    ['fix', 'node-1', 'node-9', '--yes'],
    ['fix', '-l', 'role=none', '--yes'],
    ['undo', 'node-9', '--yes'],
    ['fix', 'node-1', '--all-nodes', '--yes'],
  ])('a choice of nodes that is wrong changes none: %j', async (words) => {
    const running = await start([forwardingOffNode('node-1')]);
    expect((await run(...words)).code).toBe(2);
    expect(touched(running)).toEqual(UNTOUCHED);
  });

  test.for([['--dry-run'], ['--dry-run=client'], ['--dry-run=server']])(
    '%j shows the plan and changes nothing',
    async ([flag = '']) => {
      const running = await start([forwardingOffNode('node-1')]);
      const { code, stdout } = await run('fix', 'node-1', flag, '-o', 'json');
      const found = JSON.parse(stdout) as FixReport;
      expect([code, outcomes(found), found.dryRun]).toEqual([
        0,
        ['node-1 planned fail'],
        flag === '--dry-run=server' ? 'server' : 'client',
      ]);
      expect(touched(running)).toEqual(UNTOUCHED);
      const rehearsals = running.requests.filter(({ query }) => query.includes('dryRun=All'));
      expect(rehearsals.length > 1).toBe(flag === '--dry-run=server');
    },
  );

  test.for([['--dry-run'], ['--dry-run=server']])(
    'undo %j shows what undo would do, and takes nothing',
    async ([flag = '']) => {
      const running = await start([forwardingOffNode('node-1'), forwardingOffNode('node-2')]);
      await run('fix', 'node-1', '--yes', '--settle', '0s');
      const before = touched(running);
      const { code, stdout } = await run('undo', 'node-1', 'node-2', flag, '-o', 'json');
      const { nodes, dryRun } = JSON.parse(stdout) as UndoReport;
      expect([code, dryRun, nodes.map(({ outcome }) => outcome)]).toEqual([
        0,
        flag === '--dry-run' ? 'client' : 'server',
        ['planned', 'unchanged'],
      ]);
      expect(nodes[0]?.steps.map((step) => `${step.do} ${step.what} ${step.outcome}`)).toEqual(
        expect.arrayContaining([
          'remove-file /etc/sysctl.d/99-zz-netprereq.conf planned',
          'restore-sysctl net.ipv4.ip_forward planned',
        ]),
      );
      expect(schemaErrors(JSON.parse(stdout))).toBe('');
      expect(touched(running)).toEqual(before);
      expect((await run('undo', 'node-1', '--yes', '--settle', '0s')).code).toBe(0);
    },
  );

  test('undo --dry-run shows what somebody has edited, which undo would refuse', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    await run('fix', 'node-1', '--yes', '--settle', '0s');
    appendFileSync(join(running.nodes[0]?.root ?? '', 'etc/sysctl.d/99-zz-netprereq.conf'), 'kernel.panic = 1\n');
    const refused = await run('undo', 'node-1', '--dry-run');
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/\+ kernel\.panic = 1\n[\s\S]*--force/)]);
    const forced = await run('undo', 'node-1', '--dry-run', '--force');
    expect([forced.code, forced.stdout]).toEqual([0, expect.stringContaining('node-1: will be undone')]);
    await run('undo', 'node-1', '--yes', '--force', '--settle', '0s');
  });

  test('--dry-run=server says when the API server would not take the pod', async () => {
    // The pods that look may be privileged; the one that changes is denied.
    const running = await start([forwardingOffNode('node-1')]);
    const unsubscribe = running.store.subscribe(({ resource, type }) => {
      if (resource !== 'pods' || type !== 'ADDED') return;
      unsubscribe();
      running.faults.push({
        method: 'POST',
        path: /pods/,
        effect: 'deny',
        webhook: 'policy.example',
        message: 'no root',
      });
    });
    const { code, stdout } = await run('fix', 'node-1', '--dry-run=server', '-o', 'json');
    expect([code, outcomes(JSON.parse(stdout))]).toEqual([
      1,
      [expect.stringMatching(/^node-1 refused fail: .*no root/)],
    ]);
  });

  test('asks on a terminal, having shown the plan, and a yes does it', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    const { code, stdout } = await answering(['fix', 'node-1', '--settle', '0s'], 'y\r');
    expect(code).toBe(0);
    expect(stdout).toMatch(/sysctl -w net\.ipv4\.ip_forward[\s\S]*Apply this to node-1\? \[y\/N\] [\s\S]*repaired/);
    expect(touched(running).pods).toBe(1);
    const undone = await answering(['undo', 'node-1', '--settle', '0s'], 'yes\r');
    expect([undone.code, undone.stdout]).toEqual([
      0,
      expect.stringMatching(
        /remove file \/etc\/sysctl\.d\/99-zz-netprereq\.conf[\s\S]*restore sysctl net\.ipv4\.ip_forward: 1 [\s\S]*Undo what fix changed on node-1\? \[y\/N\]/,
      ),
    ]);
    expect(touched(running)).toEqual({ pods: 2, files: [] });
    const again = await answering(['undo', 'node-1', '--settle', '0s'], '');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('nothing to undo')]);
    expect(again.stdout).not.toContain('[y/N]');
    expect(touched(running).pods).toBe(2);
  });

  test.for([
    ['n', 'n\r'],
    ['Return alone', '\r'],
    ['the end of the input', '\u0004'],
  ])('%s changes nothing and says so', async ([, keys = '']) => {
    const running = await start([forwardingOffNode('node-1')]);
    const { code, stdout } = await answering(['fix', 'node-1'], keys);
    expect([code, stdout]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
    expect(touched(running)).toEqual(UNTOUCHED);
  });

  test('--yes asks nothing, and says on stderr what it is about to do; a document holds the steps anyway', async () => {
    await start([forwardingOffNode('node-1'), forwardingOffNode('node-2')]);
    const said = await run('fix', 'node-1', '--yes', '--settle', '0s');
    expect([said.code, said.stderr]).toEqual([0, expect.stringMatching(/sysctl -w net\.ipv4\.ip_forward/)]);
    expect(said.stderr).not.toMatch(/repaired|\[y\/N\]/);
    const document = await run('fix', 'node-2', '--yes', '--settle', '0s', '-o', 'json');
    expect([document.code, document.stderr]).toEqual([0, '']);
  });

  test.for([
    ['y', 'y\r', 'repaired', 1],
    ['Return alone', '\r', 'Nothing was changed.', 0],
    ['the end of the input', '\u0004', 'Nothing was changed.', 0],
    ['Ctrl-C', '\u0003', 'interrupted by SIGINT: nothing was changed', 0],
  ] as const)('Ctrl-Z stops it at the question, fg asks again, and %s answers', async ([, keys, says, pods]) => {
    const running = await start([forwardingOffNode('node-1')]);
    const { file, args } = commandLine(['fix', 'node-1', '--settle', '0s']);
    const child = spawn('script', ['-qec', "env PS1='ready> ' bash --norc --noprofile -i", '/dev/null'], {
      env: { ...process.env, ...env(), TERM: 'dumb', NO_COLOR: '1', PS1: 'ready> ' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const command = [file, ...args].map((word) => `'${word}'`).join(' ');
    // What has to be on the screen, and what is typed then.
    const dialogue = [
      ['ready> ', `${command}\r`],
      ['[y/N] ', '\u001a'],
      ['Stopped', ''],
      ['ready> ', 'fg\r'],
      ['[y/N] ', keys],
      [says, ''],
      ['ready> ', 'exit\r'],
    ];
    let unseen = '';
    child.stdout.on('data', (data: Buffer) => {
      unseen += data;
      for (let next = dialogue[0]; next !== undefined && unseen.includes(next[0] ?? ''); next = dialogue[0]) {
        const [mark = '', typed = ''] = next;
        unseen = unseen.slice(unseen.indexOf(mark) + mark.length);
        child.stdin.write(typed);
        dialogue.shift();
      }
    });
    await ended(child);
    expect(dialogue).toEqual([]);
    expect(touched(running).pods).toBe(pods);
  });

  test('Ctrl-C at the question ends it with 130', async () => {
    const running = await start([forwardingOffNode('node-1')]);
    const { code, stdout } = await answering(['fix', 'node-1'], '\u0003');
    expect([code, stdout]).toEqual([130, expect.stringContaining('interrupted by SIGINT: nothing was changed')]);
    expect(touched(running)).toEqual(UNTOUCHED);
  });
});
