import { describe, expect, test } from 'vitest';
import { printable, printableReport } from '../../src/report/text.ts';
import { hang, textWidth } from '../../src/text/wrap.ts';

describe('printable', () => {
  const table: [what: string, text: string, shown: string][] = [
    ['plain text', 'net.ipv4.ip_forward is 0', 'net.ipv4.ip_forward is 0'],
    ['letters of any script', 'ядро 日本 é', 'ядро 日本 é'],
    ['line breaks', 'a\r\nb\tc', 'a b c'],
    ['a line separator', 'a\u2028b', 'a b'],
    ['an escape sequence', '\u001b[31mred', '\\u001b[31mred'],
    ['a hyperlink sequence', '\u001b]8;;http://x\u0007y', '\\u001b]8;;http://x\\u0007y'],
    ['C1 controls', '\u009b2J', '\\u009b2J'],
    ['a bidi override', 'a\u202eb', 'a\\u202eb'],
    ['bidi isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['zero width', 'a\u200bb', 'a\\u200bb'],
    ['tag characters', '\u{e0041}', '\\udb40\\udc41'],
    ['half a surrogate pair', 'a\ud800', 'a\\ud800'],
    ['NUL', 'a\0b', 'a\\u0000b'],
  ];
  test.for(table)('%s', ([, text, shown]) => {
    expect(printable(text, 100)).toBe(shown);
  });

  test('is bounded, escapes included', () => {
    expect(printable('a'.repeat(100), 100)).toBe('a'.repeat(100));
    expect(printable('a'.repeat(101), 100)).toBe(`${'a'.repeat(100)}…`);
    expect(printable('\u001b'.repeat(100), 100).length).toBe(101);
    expect(printable('\u001b'.repeat(1_000_000), 100).length).toBe(101);
  });

  test('does not cut a character in half', () => {
    expect(printable('😀😀', 3)).toBe('😀…');
  });

  test('is ASCII where only that can be shown', () => {
    expect(printable('Größe …', 100, false)).toBe('Gr\\u00f6\\u00dfe \\u2026');
    expect(printable('a'.repeat(101), 100, false)).toBe(`${'a'.repeat(100)}...`);
  });

  test('commands, which have no bound, are never cut', () => {
    const command = `echo ${'x'.repeat(5000)}`;
    expect(printable(command, Number.POSITIVE_INFINITY)).toBe(command);
    expect(printable(`${command}\u001b`, Number.POSITIVE_INFINITY)).toBe(`${command}\\u001b`);
  });
});

describe('printableReport', () => {
  const forged = 'apiVersion: x\n\n✔ all is well\n';
  const terminal = { color: false, unicode: true, columns: undefined };

  test('leaves a text that begins as a document on one line, whatever field it is in', () => {
    const shown = printableReport({ reason: forged, message: { why: [forged] }, system: { os: forged } }, terminal);
    expect(JSON.stringify(shown)).not.toContain('\\n');
  });

  test('keeps the lines of a document that is to be pasted', () => {
    const document = { paste: 'apiVersion: v1\nkind: Pod\n' };
    expect(printableReport({ remedy: [document, 'a\nb', { run: 'c\nd' }] }, terminal)).toEqual({
      remedy: [document, 'a b', { run: 'c d' }],
    });
  });
});

describe('hang', () => {
  const table: [lead: string, text: string, indent: number, columns: number | undefined, lines: string[]][] = [
    ['', 'one two three', 0, undefined, ['one two three']],
    ['', 'one two three', 2, 8, ['one two', '  three']],
    ['why ', 'one two three', 4, 12, ['why one two', '    three']],
    ['', '', 4, 20, ['']],
    ['', 'exactly 10', 0, 10, ['exactly 10']],
    ['', 'abcdefghijklmnop', 2, 12, ['abcdefghij', '  klmnop']],
    ['', 'abcdefghijkl', 4, 14, ['abcdefghij', '    kl']],
    ['', 'x abcdefghijklmnop y', 2, 12, ['x abcdefghij', '  klmnop y']],
    ['', '日本語日本語 日本', 2, 10, ['日本語日本', '  語 日本']],
    ['label ', 'text', 6, 3, ['label', '      text']],
    ['', '加载模块，然后重启。', 0, 8, ['加载模', '块，然后', '重启。']],
    ['', '现象（日志）：没有', 0, 10, ['现象（日', '志）：没有']],
    ['', '这个日志：没有', 0, 8, ['这个日', '志：没有']],
    ['', '如果（例如', 0, 6, ['如果', '（例如']],
    ['', '设为 1（在 `/etc/sysctl.d` 中）', 0, 16, ['设为 1（在', '`/etc/sysctl.d`', '中）']],
  ];
  test.for(table)('%j %j, indented by %i, in %s columns', ([lead, text, indent, columns, lines]) => {
    expect(hang(lead, text, indent, columns)).toEqual(lines);
  });

  test('loses no character, and keeps to the width, at any width', () => {
    const text =
      'a /proc/sys/net/bridge/bridge-nf-call-iptables 日本語の説明、does。 (not) exist 👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻 end';
    for (let columns = 12; columns < 120; columns++) {
      const lines = hang('', text, 4, columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});
