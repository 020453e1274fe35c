import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWERS } from '../../scripts/demo/cluster.ts';
import { DEMO_NODES, nodeOptions } from '../../scripts/demo/nodes.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster } from '../support/clusters.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { here, krew, kubectl, missing, version } from './support/built.ts';
import { type Installation, install } from './support/installation.ts';

const lacking = missing({ krew, kubectl, 'archive for this machine': here });
const noNetwork = spawnSync('unshare', ['--net', 'true']).status !== 0;

describe.skipIf(lacking !== '')(
  `installed by krew, for a user without Node, with a read-only home and blanks in paths${lacking}`,
  () => {
    let installed: Installation;
    let demo: StandIn;

    beforeAll(async () => {
      installed = await install();
      const answers = JSON.parse(readFileSync(ANSWERS, 'utf8')) as Record<string, string>;
      const nodes = DEMO_NODES.map((node) => nodeOptions(node, answers[node.name]));
      demo = await startStandIn({ ...flannelCluster(), nodes });
    });
    afterAll(async () => {
      await demo.stop();
      installed.remove();
    });

    /** The stand-in's kubeconfig, where this user may read it. */
    function kubeconfig(): Record<string, string> {
      const file = join(installed.directory, 'kubeconfig');
      writeFileSync(file, readFileSync(demo.kubeconfig), { mode: 0o644 });
      return { KUBECONFIG: file };
    }

    test('there is no Node on the PATH', async () => {
      const { stdout } = await installed.kubectl(['version', '--client']);
      expect(stdout).toContain('Client Version');
      expect(
        spawnSync('sh', ['-c', 'command -v node'], { env: { PATH: join(installed.directory, 'bin') } }).status,
      ).not.toBe(0);
    });

    test('kubectl netprereq --version and version answer', async () => {
      const { stdout, stderr } = await installed.kubectl(['netprereq', '--version']);
      expect([stdout, stderr]).toEqual([expect.stringContaining(`kubectl-netprereq/${version} `), '']);
      expect((await installed.kubectl(['netprereq', 'version'], kubeconfig())).stdout).toContain(version);
    });

    test('help is under the name that people type', async () => {
      const { code, stdout, stderr } = await installed.kubectl(['netprereq', 'check', '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('kubectl netprereq check [NODE...');
    });

    test("the demo's cluster gets its verdicts", async () => {
      const { code, stdout } = await installed.kubectl(['netprereq', 'check', '--timeout', '6s'], kubeconfig());
      const rows = [...stdout.matchAll(/^(node-\d) +\S+ (\w+)/gm)].map(([, name, verdict]) => `${name} ${verdict}`);
      expect([code, rows]).toEqual([1, ['node-2 fail', 'node-3 fail', 'node-5 unknown', 'node-4 warn', 'node-1 pass']]);
      expect(demo.pods()).toEqual([]);
    });

    test('one node, as JSON', async () => {
      const { code, stdout, stderr } = await installed.kubectl(
        ['netprereq', 'check', 'node-2', '-o', 'json'],
        kubeconfig(),
      );
      const report = JSON.parse(stdout) as CheckReport;
      expect([code, stderr, report.nodes.map(({ name, verdict }) => `${name} ${verdict}`)]).toEqual([
        1,
        '',
        ['node-2 fail'],
      ]);
    });

    test('completion of flags needs no cluster', async () => {
      const { code, stdout, stderr } = await installed.kubectl(['netprereq', '__complete', 'check', '--outp']);
      expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^--output\t.+\n:4\n$/), '']);
    });

    test('one line sets up completion, and kubectl asks for it', async () => {
      const { code, stdout } = await installed.kubectl(['netprereq', 'completion']);
      const script = join(installed.directory, 'linked bin', 'kubectl_complete-netprereq');
      expect([code, stdout]).toEqual([0, `${script} written\n`]);
      const asked = async (...words: string[]) =>
        (await installed.kubectl(['__complete', 'netprereq', ...words], kubeconfig())).stdout;
      expect(await asked('check', '--output', 'j')).toBe('json\njunit\n:4\n');
      expect(await asked('check', 'node-')).toBe('node-1\nnode-2\nnode-3\nnode-4\nnode-5\n:4\n');
    });

    test.skipIf(noNetwork)(
      `this host is checked without a network${noNetwork ? ' (skipped: no network namespaces here)' : ''}`,
      async () => {
        const { code, stdout, stderr } = await installed.kubectl(
          ['netprereq', 'check', '--local', '-o', 'json'],
          { HOME: '/proc' },
          ['unshare', '--net'],
        );
        expect(stderr).toBe('');
        expect([0, 1, 3]).toContain(code);
        expect((JSON.parse(stdout) as CheckReport).summary.nodes).toBe(1);
      },
    );

    describe('and with what users do differently', () => {
      test('flags before the name are refused by kubectl, in one line', async () => {
        const { code, stdout, stderr } = await installed.kubectl(['--context', 'x', 'netprereq', 'check']);
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(/^error: flags cannot be placed before plugin name: --context\n$/i);
      });

      test.for<[string, Record<string, string>]>([
        ['without UTF-8', { LC_ALL: 'C' }],
        ['on a dumb terminal', { TERM: 'dumb' }],
      ])('%s the report is plain ASCII', async ([, env]) => {
        const { stdout } = await installed.kubectl(['netprereq', 'check', 'node-2'], { ...kubeconfig(), ...env });
        expect(stdout).toMatch(/^node-2 /m);
        expect(stdout).toMatch(/^[\n -~]*$/);
      });

      test.for<[string, Record<string, string>]>([
        ['a HOME that does not exist', { HOME: '/does/not/exist' }],
        ['a HOME where nothing can be made', { HOME: '/proc' }],
        ['an empty HOME', { HOME: '' }],
        ['a cache directory that cannot be made', { KUBECACHEDIR: '/proc/cache' }],
      ])('%s is no obstacle', async ([, env]) => {
        const { code, stdout, stderr } = await installed.kubectl(['netprereq', 'explain', 'br-netfilter'], env);
        expect([code, stderr]).toEqual([0, '']);
        expect(stdout).toContain('br-netfilter');
      });
    });
  },
);
