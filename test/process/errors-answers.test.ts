import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { Outcome } from '../support/container-run.ts';
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
