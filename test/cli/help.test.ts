import { describe, expect, test } from 'vitest';
import { PAGES } from '../../src/cli/help/pages.ts';
import { renderHelp } from '../../src/cli/help/render.ts';
import { helpTopic } from '../../src/cli/help/topic.ts';
import { COMMANDS } from '../../src/commands/index.ts';

describe('what a command line asks help for', () => {
  test.for<[string[], string | undefined]>([
    [[], ''],
    [['-h'], ''],
    [['help'], ''],
    [['help', 'check'], 'check'],
    [['help', 'help'], 'help'],
    [['help', '-h'], 'help'],
    [['help', 'nonsense'], 'nonsense'],
    [['check', '-h'], 'check'],
    [['check', 'fix', '--help'], 'check'],
    [['--context', 'x', 'check', '-h'], 'check'],
    [['nonsense', '-h'], 'nonsense'],
    [['check'], undefined],
    [['check', 'help'], undefined],
    [['check', '--', '-h'], undefined],
    [['__complete', 'check', '-h'], undefined],
  ])('%j: %j', ([argv, wanted]) => {
    expect(helpTopic(argv, PAGES)).toBe(wanted);
  });
});

const names = Object.keys(PAGES);
const page = (name: string) => PAGES[name] ?? expect.fail(name);

describe('help', () => {
  test('is there for every command', () => {
    expect(names).toEqual(['', ...Object.keys(COMMANDS)]);
  });

  test.for(names)('of %j fits into the terminal, however narrow, and is ASCII', (name) => {
    for (const columns of [40, 60, 80, 200]) {
      const text = renderHelp(page(name), columns, 'version');
      expect(text).toMatch(/^[\n\u0020-\u007e]+$/);
      // But for what cannot be broken: examples, and what is typed.
      const long = text.split('\n').filter((line) => line.length > columns && !/^ *(\$|-|http)/.test(line));
      expect(long).toEqual([]);
    }
  });

  test.for(names.filter((name) => page(name).tables.some(({ head }) => head.endsWith('FLAGS'))))(
    'of %s has all long flags in one column, and what they mean in another',
    (name) => {
      for (const { head } of page(name).tables) {
        const [, table = ''] = new RegExp(`^${head}\n([\\s\\S]+?)\n\n`, 'm').exec(renderHelp(page(name), 80)) ?? [];
        const lines = table.split('\n');
        const flags = lines.filter((line) => /^ {2}(-\w,| {3}) --/.test(line));
        const columns = new Set(
          flags.map((line) => line.length - (/ {2,}(\S.*)$/.exec(line.slice(6))?.[1]?.length ?? 0)),
        );
        expect(columns.size).toBe(1);
        const [column = 0] = columns;
        for (const line of lines) expect(flags.includes(line) || line.startsWith(' '.repeat(column))).toBe(true);
      }
    },
  );

  test('names defaults, choices and variables', () => {
    const text = renderHelp(page('check'), 200);
    expect(text).toMatch(/--timeout=<duration> +\[default: 60s\] time for one node/);
    expect(text).toMatch(
      /-o, --output=<option> +\[default: table\] output format\n +<options: table\|wide\|json\|yaml\|name>/,
    );
    expect(text).toMatch(/--image=<image> +\[env: NETPREREQ_IMAGE\] image/);
  });
});
