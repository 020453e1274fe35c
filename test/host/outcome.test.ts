import { describe, expect, test } from 'vitest';
import { parseApply } from '../../src/apply/outcome.ts';
import { cksum } from '../../src/probe/envelope.ts';

/** An answer in its envelope, as an image without gzip packs it. */
function message(lines: readonly string[]): string {
  const payload = lines.join('\t');
  return `np1 raw ${payload.length} ${cksum(Buffer.from(payload))} ${payload}`;
}

const HEAD = ['np-apply 1', 'outcome changed'];

describe('the answer of a script that changes a node', () => {
  test.each<{ what: string; text: string }>([
    { what: 'none', text: '' },
    { what: "the kubelet's own words", text: 'OOMKilled' },
    { what: 'one cut off on its way', text: message([...HEAD, 'end']).slice(0, -2) },
    { what: 'one without its end', text: message([...HEAD, 'step 1 done =']) },
    { what: "another version's", text: message(['np-apply 2', 'outcome changed', 'end']) },
    { what: "another script's", text: message(['np 1', 'n end']) },
    { what: 'an outcome that does not exist', text: message(['np-apply 1', 'outcome fixed', 'end']) },
    { what: 'a step that went in no known way', text: message([...HEAD, 'step 1 perhaps =', 'end']) },
    { what: 'one that leaves a step out', text: message([...HEAD, 'step 2 done =', 'end']) },
  ])('is unknown, never a success: $what', ({ text }) => {
    expect(parseApply(text, 1)).toEqual({ outcome: 'unknown', problem: expect.stringMatching(/./) });
  });

  test('is a refusal where the image could not unpack the script', () => {
    const refused = { outcome: 'refused', code: 'tools', reason: 'the image lacks nsenter' };
    expect(parseApply('np1 error the image lacks nsenter', 1)).toEqual(refused);
  });

  test('gives back what words stand for, and of a step what is said last', () => {
    const steps = ['step 1 done =', 'step 2 not-reached =', 'step 1 failed =\\0303\\0274\\0012'];
    expect(parseApply(message(['np-apply 1', 'outcome failed', ...steps, 'stopped', 'end']), 2)).toEqual({
      outcome: 'failed',
      steps: [{ status: 'failed', detail: 'ü\n' }, { status: 'not-reached' }],
      stopped: true,
    });
  });
});
