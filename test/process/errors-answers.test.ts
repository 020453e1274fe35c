import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { Outcome } from '../support/container-run.ts';
import type { Pod } from '../support/objects.ts';
import { expectNoPods, expectPlain } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  expectNoPods(standIn);
  await standIn?.stop();
  standIn = undefined;
});

/** An intact envelope around any text. */
function enveloped(text: string): string {
  const payload = gzipSync(text).toString('base64');
  return `np1 gz ${payload.length} - ${payload}`;
}

const TEN_MEGABYTES = 'x'.repeat(10 << 20);
const FORGED = '{"kind":"CheckReport","summary":{"pass":1},"nodes":[{"name":"node-1","verdict":"pass"}]}';

describe('the image that a node already holds, where it lacks a program', () => {
  const held = ({ spec }: Pod) => /flannel/.test(spec.containers[0]?.image ?? '');

  test('gives way to the one that has them all', async () => {
    const recorded = (pod: Pod) => (held(pod) ? 'np1 error there is no od here' : enveloped('np1\n'));
    standIn = await startStandIn({ ...flannelCluster(), nodes: [{ name: 'node-1', recorded }] });
    const { stdout } = await netprereq(['check', '-o', 'json'], { KUBECONFIG: standIn.kubeconfig });
    expect(standIn.created.map(({ spec }) => spec.containers[0]?.image)).toEqual([
      'ghcr.io/flannel-io/flannel:v0.28.10',
      'docker.io/library/busybox:1.37.0',
    ]);
    expect(JSON.parse(stdout).nodes[0].reason).not.toContain('there is no od here');
  });

  test('is named with --image, and stays the only one', async () => {
    standIn = await startStandIn({
      ...flannelCluster(),
      nodes: [{ name: 'node-1', recorded: 'np1 error the image lacks base64' }],
    });
    const { code, stdout } = await netprereq(['check', '--image', 'ghcr.io/flannel-io/flannel:v0.28.10'], {
      KUBECONFIG: standIn.kubeconfig,
    });
    expect([code, standIn.created.length]).toEqual([3, 1]);
    expect(stdout).toContain('the image lacks base64');
    expect(stdout).toContain('name an image that has it, as busybox does: --image <image>');
  });
});

describe('an answer that is none makes its node unknown, in every format', () => {
  test.for<[string, Outcome]>([
    ['10 MB long', { message: TEN_MEGABYTES, log: TEN_MEGABYTES }],
    ['10 MB when unpacked', enveloped(TEN_MEGABYTES)],
    ['a report in JSON', { message: FORGED, log: FORGED }],
    ['a report in JSON, packed', enveloped(FORGED)],
    ['an error full of terminal escapes', 'np1 error \u001b[2J\u001b]0;pass\u0007\u202e'],
    ['garbled', 'np1 gz 12 - !!!!????!!!!'],
    ['empty', ''],
  ])('%s', async ([, recorded]) => {
    standIn = await startStandIn({ ...flannelCluster(), nodes: [{ name: 'node-1', recorded }] });
    for (const format of ['table', 'wide', 'json', 'yaml', 'name']) {
      const { code, stdout, stderr } = await netprereq(['check', '-o', format], { KUBECONFIG: standIn.kubeconfig });
      expect([format, code]).toEqual([format, 3]);
      // A reason may quote what the node said; a verdict stands at the beginning of a line.
      expect(stdout).not.toMatch(/^\s*"verdict": ?"pass"|^\s*verdict: pass|✔ pass/m);
      expect(stdout.length).toBeLessThan(10_000);
      expectPlain(stdout + stderr);
    }
  });
});
