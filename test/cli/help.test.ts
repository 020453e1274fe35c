import { describe, expect, test } from 'vitest';
import { kubectlFlags } from '../../src/cli/flags.ts';
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
    [['help', '-h', 'check'], 'check'],
    [['help', 'nonsense'], undefined],
    [['help', 'check', 'fix'], undefined],
    [['help', '--foo'], undefined],
    [['help', ''], undefined],
    [['options'], 'options'],
    [['options', 'x'], undefined],
    [['check', '-h'], 'check'],
    [['check', 'fix', '--help'], 'check'],
    [['--context', 'x', 'check', '-h'], 'check'],
    [['nonsense', '-h'], undefined],
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
      const text = renderHelp(page(name), columns);
      expect(text).toMatch(/^[\n\u0020-\u007e]+$/);
      // But for what cannot be broken: examples, and what is typed.
      const long = text.split('\n').filter((line) => line.length > columns && !/^ *(-|kubectl)/.test(line));
      expect(long).toEqual([]);
    }
  });

  test('of check is one screen, in the order of kubectl: what it does, examples, usage, flags', () => {
    const lines = renderHelp(page('check'), 80).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    const heads = lines.filter((line) => /^[A-Z].*:$/.test(line));
    expect(heads).toEqual(['Examples:', 'Usage:', 'Which nodes:', 'Report:', 'What to check:', 'Pods:']);
  });

  test.for(names.filter((name) => !['', 'options'].includes(name)))(
    "of %s leaves kubectl's own flags to options, and says so where it takes them",
    (name) => {
      const text = renderHelp(page(name), 200);
      expect(text).not.toContain('--kubeconfig');
      const takes = Object.keys(COMMANDS[name]?.flags ?? {}).includes('kubeconfig');
      expect(text.includes('kubectl netprereq options')).toBe(takes);
    },
  );

  test('of options has every flag of kubectl', () => {
    const text = renderHelp(page('options'), 200);
    for (const flag of Object.keys(kubectlFlags)) expect(text).toContain(`--${flag}`);
  });

  test.for(names.filter((name) => name !== ''))(
    'of %s has all long flags of a group in one column, and what they mean in another',
    (name) => {
      for (const { head } of page(name).tables) {
        const [, table = ''] = new RegExp(`^${head}:\n((?: .*\n)+)`, 'm').exec(renderHelp(page(name), 80)) ?? [];
        const lines = table.trimEnd().split('\n');
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

  test('names defaults and choices', () => {
    const text = renderHelp(page('check'), 200);
    expect(text).toMatch(/--timeout=DURATION +Time limit for one node \(default 60s\)/);
    expect(text).toMatch(
      /-o, --output=FORMAT +table, wide, json, yaml, name, junit, markdown, sarif\s+\(default table\)/,
    );
  });
});
