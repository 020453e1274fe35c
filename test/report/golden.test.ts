import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SHOWN } from '../../src/report/formats.ts';
import { render } from '../../src/report/index.ts';
import type { Terminal } from '../../src/report/terminal.ts';
import { textWidth } from '../../src/text/wrap.ts';
import { worded } from '../support/worded.ts';
import { PIPE, REPORTS } from './samples.ts';

const WIDTHS = [40, 80, 200] as const;
const entries = Object.entries(REPORTS);

describe('the default view', () => {
  test.for(entries)('%s in a terminal of 80 columns', async ([name, report]) => {
    const text = render(report, 'table', { columns: 80, color: false, unicode: true });
    await expect(text).toMatchFileSnapshot(`../fixtures/golden/table/${name}.txt`);
  });

  test.for([40, 200, undefined])('everything at once in %s columns', async (columns) => {
    const text = render(REPORTS.mixed ?? expect.fail(), 'table', { columns, color: false, unicode: true });
    await expect(text).toMatchFileSnapshot(`../fixtures/golden/table/mixed-${columns ?? 'pipe'}.txt`);
  });

  test('everything at once without Unicode', async () => {
    const text = render(REPORTS.mixed ?? expect.fail(), 'table', { columns: 80, color: false, unicode: false });
    await expect(text).toMatchFileSnapshot('../fixtures/golden/table/mixed-ascii.txt');
  });
});

describe('-o wide, json, yaml and name', () => {
  test.for(SHOWN.filter((format) => format !== 'table'))('%s of everything at once', async (format) => {
    const text = render(REPORTS.mixed ?? expect.fail(), format, PIPE);
    const extension = format === 'json' || format === 'yaml' ? format : 'txt';
    await expect(text).toMatchFileSnapshot(`../fixtures/golden/${format}/mixed.${extension}`);
  });

  test('the loudest garbage stays on its row in -o wide', async () => {
    const text = render(REPORTS.garbage ?? expect.fail(), 'wide', PIPE);
    await expect(text).toMatchFileSnapshot('../fixtures/golden/wide/garbage.txt');
  });
});

describe('whatever the report, the format and the terminal', () => {
  const terminals: Terminal[] = [...WIDTHS, undefined].flatMap((columns) =>
    [true, false].flatMap((color) => [true, false].map((unicode) => ({ columns, color, unicode }))),
  );
  /** JSON and YAML are the same everywhere, and slow to write. */
  const terminalsFor = (format: string) => (format === 'json' || format === 'yaml' ? [PIPE] : terminals);
  const cases = entries.flatMap(([name, report]) => SHOWN.map((format) => ({ name, report, format })));

  test.for(cases)('$name as $format ends with one newline and has no trailing blanks', ({ report, format }) => {
    for (const terminal of terminalsFor(format)) {
      const text = render(report, format, terminal);
      if (format === 'name' && text === '') continue;
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toMatch(/[ \t]$/m);
    }
  });

  test.for(cases)(
    '$name as $format has no control characters but newlines and its own colours',
    ({ report, format }) => {
      for (const terminal of terminalsFor(format)) {
        const text = render(report, format, terminal);
        const own = terminal.color ? text.replaceAll(/\u001b\[[\d;]+m/g, '') : text;
        expect(own).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      }
    },
  );

  test.for(entries)('%s: colour changes nothing but colour', ([, report]) => {
    for (const format of ['table', 'wide', 'name'] as const) {
      for (const terminal of terminals.filter(({ color }) => color)) {
        const plain = render(report, format, { ...terminal, color: false });
        expect(stripVTControlCharacters(render(report, format, terminal))).toBe(plain);
      }
    }
  });

  test('JSON and YAML do not depend on the terminal', () => {
    for (const format of ['json', 'yaml'] as const) {
      const inPipe = render(REPORTS.garbage ?? expect.fail(), format, PIPE);
      for (const terminal of terminals) expect(render(REPORTS.garbage ?? expect.fail(), format, terminal)).toBe(inPipe);
    }
  });

  test('a verdict is coloured where there is colour', () => {
    const text = render(REPORTS.mixed ?? expect.fail(), 'table', { columns: 80, color: true, unicode: true });
    for (const part of [
      '\u001b[31m✖ fail\u001b[39m',
      '\u001b[38;5;136m⚠ warn\u001b[39m',
      '\u001b[31m✖ br-netfilter\u001b[39m on',
    ]) {
      expect(text).toContain(part);
    }
  });

  test.for(entries)('%s: without Unicode the formats for people are ASCII', ([, report]) => {
    for (const format of ['table', 'wide', 'name'] as const) {
      expect(render(report, format, { ...PIPE, unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  test.for(entries)('%s: only commands and addresses are wider than the terminal', ([, report]) => {
    const commands = worded(report.nodes).flatMap((node) => [
      ...(node.remedy ?? []),
      ...node.findings.flatMap((finding) => finding.remedy),
    ]);
    for (const columns of WIDTHS) {
      const lines = render(report, 'table', { columns, color: false, unicode: true }).split('\n');
      for (const line of lines.filter((each) => textWidth(each) > columns)) {
        const text = line.trimStart().replace(/^(?:by hand|try|more) +/, '');
        const exempt = text.startsWith('kubectl ') || commands.includes(text);
        expect(exempt || report === REPORTS.garbage, line).toBe(true);
      }
    }
  });

  test('500 nodes fit a screen', () => {
    const lines = render(REPORTS['five-hundred'] ?? expect.fail(), 'table', {
      columns: 80,
      color: false,
      unicode: true,
    });
    expect(lines.split('\n').length).toBeLessThan(50);
  });
});
