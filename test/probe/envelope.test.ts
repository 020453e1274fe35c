import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cksum, openEnvelope } from '../../src/probe/envelope.ts';

const TEXT = 'np 1\nn self 4026531833\nn end\n';

function sealed(encoding: string, payload: string): string {
  return `np1 ${encoding} ${payload.length} ${cksum(Buffer.from(payload))} ${payload}`;
}

function packed(text: string | Buffer): string {
  return sealed('gz', gzipSync(text).toString('base64'));
}

describe('cksum', () => {
  // POSIX: what cksum(1) prints for these bytes.
  test.each([
    ['', 4294967295],
    ['a', 1220704766],
    ['123456789', 930766865],
    ['x'.repeat(300), 3786917833],
  ])('of %j is POSIX cksum', (text, sum) => {
    expect(cksum(Buffer.from(text))).toBe(sum);
  });

  const missing = spawnSync('cksum', { input: '' }).status !== 0;
  test.skipIf(missing)(`agrees with cksum(1)${missing ? ' (skipped: no cksum here)' : ''}`, () => {
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256));
    expect(spawnSync('cksum', { input: bytes, encoding: 'utf8' }).stdout.split(' ')[0]).toBe(String(cksum(bytes)));
  });
});

describe('openEnvelope', () => {
  test('opens what was packed', () => {
    expect(openEnvelope(packed(TEXT))).toEqual({ text: TEXT, partial: false });
    expect(openEnvelope(`\n${packed(TEXT)}\n`)).toEqual({ text: TEXT, partial: false });
  });

  test('opens plain text, whose tabs stand for line ends', () => {
    expect(openEnvelope(sealed('raw', TEXT.replaceAll('\n', '\t')))).toEqual({ text: TEXT, partial: false });
  });

  test('takes gzip at its own word where the image had no cksum, but never plain text', () => {
    const unsummed = (sealing: string) => sealing.replace(/^(np1 \w+ \d+) \d+/, '$1 -');
    expect(openEnvelope(unsummed(packed(TEXT)))).toEqual({ text: TEXT, partial: false });
    const changed = gzipSync(TEXT);
    changed.writeUInt8((changed.at(-6) ?? 0) ^ 1, changed.length - 6);
    expect(openEnvelope(unsummed(sealed('gz', changed.toString('base64'))))).toHaveProperty('problem');
    expect(openEnvelope(unsummed(sealed('raw', TEXT.replaceAll('\n', '\t'))))).toHaveProperty('problem');
  });

  test('tells that the log has more', () => {
    const text = 'np 1\nn dropped s\nn log\nn end\n';
    expect(openEnvelope(packed(text))).toEqual({ text, partial: true });
    expect(openEnvelope(packed('np 1\ns 1 n log\nn end\n'))).toMatchObject({ partial: false });
  });

  const whole = packed(TEXT);
  const wrongSum = whole.replace(/^(np1 gz \d+) \d+/, '$1 12345');
  test.each([
    ['nothing', '', 'the probe left no answer'],
    ['blanks', ' \n', 'the probe left no answer'],
    ['an error', 'np1 error the image lacks base64\nx', 'the probe could not run: the image lacks base64'],
    ['a cut answer', whole.slice(0, -5), /^the probe's answer was cut off after \d+ of \d+ bytes/],
    ['a longer answer', `${whole} more`, "the probe's answer is followed by other text"],
    ['a wrong checksum', wrongSum, /checksum does not match/],
    ['a changed payload', whole.replace(/.{6}$/, 'AAAAAA'), /checksum does not match/],
    ['a garbled header', 'np1 gz abc 1 x', "the probe's answer begins with a garbled header"],
    ['another version', 'np2 zst 4 1 abcd', 'the answer is from a probe of another version'],
    ['an unknown encoding', sealed('zst', 'abcd'), "the probe's answer is in an unknown encoding (zst)"],
    ['no base64', sealed('gz', '!!!!'), "the probe's answer cannot be unpacked"],
    ['no gzip', sealed('gz', 'AAAA'), "the probe's answer cannot be unpacked"],
    ['a cut gzip stream', sealed('gz', gzipSync(TEXT).subarray(0, 20).toString('base64')), /cannot be unpacked/],
    ['a bomb', packed(Buffer.alloc(64 * 1024 * 1024)), "the probe's answer is larger than any real one"],
    ['a large plain text', sealed('raw', 'x'.repeat(1_100_000)), "the probe's answer is larger than any real one"],
    ['a length beyond reason', 'np1 gz 999999999 1 AAAA', "the probe's answer is larger than any real one"],
    ['the end of an answer', 'QUJD'.repeat(1000), "the beginning of the probe's answer is missing"],
    [
      "the kubelet's words",
      'failed to start containerd task: exec: "sh": executable file not found in $PATH\u0007',
      'the pod ended without the probe\'s answer: failed to start containerd task: exec: "sh": executable file not found in $PATH',
    ],
  ])('says in words what is wrong with %s', (_, message, problem) => {
    const expected = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(openEnvelope(message)).toEqual({ problem: expected });
  });

  test('quotes one line of what it does not know, with both of its ends', () => {
    const opened = openEnvelope(`line\n\u001b[31m${'x '.repeat(5000)}lstat /proc/0/ns/ipc:\nno such file`);
    expect(opened).toHaveProperty('problem');
    const { problem } = opened as { problem: string };
    expect(problem.length).toBeLessThan(700);
    expect(problem).toMatch(/: line \[31mx x .* … x .*lstat \/proc\/0\/ns\/ipc: no such file$/);
    expect(problem).toMatch(/^[\x20-\x7e…]+$/);
  });

  test('finds every cut of a real answer', () => {
    const message = packed(TEXT);
    for (let length = 0; length < message.length; length++) {
      expect(openEnvelope(message.slice(0, length))).toHaveProperty('problem');
      expect(openEnvelope(message.slice(message.length - length))).toHaveProperty('problem');
    }
  });
});
