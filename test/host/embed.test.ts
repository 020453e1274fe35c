import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { applyScript } from '../../src/apply/script.ts';
import { probeCommand } from '../../src/probe/command.ts';
import { stripScript } from '../../src/probe/embed.ts';
import { probeScript } from '../../src/probe/script.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { FORTY_RULES } from './forty-rules.ts';
import { PROBE_SCRIPT } from './run-probe.ts';

const [, , bootstrap = '', , packed = ''] = probeCommand('pod', SWITCHES_REQUEST);

/** Whether every quote that a line opens is closed on it. */
function closesItsQuotes(line: string): boolean {
  return line.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/g, '').match(/['"]/) === null;
}

test.each([
  ['the probe', probeScript({ ...SWITCHES_REQUEST, owned: ['/etc/x'] })],
  ['the script of changes', applyScript],
])('no two parts of %s have a function of the same name: the later one would win everywhere', (_, script) => {
  const names = [...script.matchAll(/^([a-z_]+)\(\)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('the embedded probe', () => {
  test('is the script without comments and indentation, in at most 18.5 KB with what forty rules ask', () => {
    expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toBe(stripScript(PROBE_SCRIPT));
    const [, , , , forty = ''] = probeCommand('pod', FORTY_RULES);
    expect(forty.length).toBeLessThanOrEqual(18.5 * 1024);
  });

  test('is the same on every call and every platform', () => {
    expect(probeCommand('pod', SWITCHES_REQUEST)).toEqual(probeCommand('pod', SWITCHES_REQUEST));
    const header = [...Buffer.from(packed, 'base64').subarray(0, 10)];
    expect(header).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  });

  test('is an argument of its bootstrap and never part of it', () => {
    expect(probeCommand('pod', SWITCHES_REQUEST)).toEqual([
      'sh',
      '-c',
      bootstrap,
      'netprereq',
      packed,
      '/dev/termination-log',
      'pod',
      '/proc/1/root',
    ]);
    expect(bootstrap).not.toContain(packed.slice(0, 20));
  });

  test('needs no nsenter where the node is a mounted directory', () => {
    const [sh, flag, unprivileged, ...words] = probeCommand('host', SWITCHES_REQUEST);
    expect([sh, flag, ...words]).toEqual(['sh', '-c', 'netprereq', packed, '/dev/termination-log', 'host', '/host']);
    expect(unprivileged).not.toContain('nsenter');
  });

  test.each([
    ["a='x", false],
    ["a='x\"' \"it's\" \\'", true],
    ['e "a\\"b"', true],
    ['e "a\\"', false],
  ])('knows whether quotes are closed: %s', (line, closed) => {
    expect(closesItsQuotes(line)).toBe(closed);
  });

  test('has no quote that spans lines but for programs of awk, and no here-document, so that stripping lines is safe', () => {
    const programs = /^\w+='[^'\n]*\n[^']*'$/gm;
    expect(PROBE_SCRIPT.match(programs)?.map(stripScript)).toEqual(
      PROBE_SCRIPT.match(programs)?.map((program) => `${program}\n`),
    );
    const lines = stripScript(PROBE_SCRIPT.replaceAll(programs, '')).split('\n');
    expect(lines.filter((line) => !closesItsQuotes(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('<<'))).toEqual([]);
  });
});

test('stripScript drops comment lines, blank lines and indentation, and nothing else', () => {
  expect(stripScript('#!/bin/sh\n\n  # why\n\tif a; then\n    b # c\n  fi\n')).toBe('if a; then\nb # c\nfi\n');
});
