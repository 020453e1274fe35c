import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/boot/command-line.ts';

describe('the words of a kernel command line', () => {
  const table: [sentence: string, line: string, kernel: [string, string?][], systemd?: [string, string?][]][] = [
    ['stand between blanks', 'ro  quiet\ta=b', [['ro'], ['quiet'], ['a', 'b']]],
    [
      'have a value behind the first =',
      'a=b=c d=',
      [
        ['a', 'b=c'],
        ['d', ''],
      ],
    ],
    ['keep blanks in a quoted value', 'a="b c" d', [['a', 'b c'], ['d']]],
    ['keep blanks in a quoted word', '"a=b c" "d e"', [['a', 'b c'], ['d e']]],
    ['are cut by single quotes to the kernel only', "a='b c'", [['a', "'b"], ["c'"]], [['a', 'b c']]],
    ['keep quotes in the middle to the kernel only', 'a=b"c d"', [['a', 'b"c d"']], [['a', 'bc d']]],
    ['are the kernel’s up to --', 'a -- b=c', [['a']], [['a'], ['--'], ['b', 'c']]],
    ['may lack a closing quote', 'a="b c', [['a', 'b c']]],
    ['do not take a backslash for special', 'a=b\\ c', [['a', 'b\\'], ['c']]],
    ['end with the line', 'a\nb', [['a']]],
    ['may be none', ' ', []],
  ];
  test.each(table)('%s', (_, line, kernel, systemd = kernel) => {
    const words = (expected: [string, string?][]) => expected.map(([key, value]) => ({ key, value }));
    expect(parseCommandLine(line, 'kernel')).toEqual(words(kernel));
    expect(parseCommandLine(line, 'systemd')).toEqual(words(systemd));
  });
});
