import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { unchanged } from '../../src/report/command-completer.ts';
import { renderFix, renderPlan } from '../../src/report/fix.ts';
import type { ChangedNode, FixReport } from '../../src/report/fix-report.ts';
import { FIX_FORMATS } from '../../src/report/formats.ts';
import type { Terminal } from '../../src/report/terminal.ts';
import { textWidth } from '../../src/text/wrap.ts';
import { worded } from '../support/worded.ts';
import { FIX_REPORTS } from './fix-samples.ts';
import { PIPE } from './samples.ts';

const NARROW: Terminal = { columns: 80, color: false, unicode: true };
const entries = Object.entries(FIX_REPORTS);

describe('fix and undo in a terminal of 80 columns', () => {
  test.for(entries)('%s', async ([name, report]) => {
    await expect(renderFix(report, 'table', NARROW)).toMatchFileSnapshot(`../fixtures/golden/fix/${name}.txt`);
  });

  test('without Unicode', async () => {
    const text = renderFix(FIX_REPORTS.mixed ?? expect.fail(), 'table', { ...NARROW, unicode: false });
    await expect(text).toMatchFileSnapshot('../fixtures/golden/fix/mixed-ascii.txt');
  });

  test('the question shows the plan as --dry-run does, but for what it says at the end', () => {
    const report = FIX_REPORTS['dry-run'] as FixReport;
    const { dryRun: _, ...asked } = report;
    const shown = renderFix(report, 'table', NARROW);
    expect(renderPlan(asked, NARROW, unchanged)).toBe(shown.replace(/Nothing was changed[\s\S]*?\n\n/, ''));
    expect(shown).toContain('Nothing was changed');
  });

  test('a node that does not pass, and that a fix cannot change, is named with the rules that stay', () => {
    const report = FIX_REPORTS.repaired ?? expect.fail();
    const nodes = report.nodes
      .filter(({ outcome }) => outcome === 'unchanged')
      .map((node) => ({
        ...node,
        before: node.before.map((finding) => ({ ...finding, verdict: 'unknown' as const })),
      }));
    expect(renderFix({ ...report, nodes }, 'table', NARROW)).toMatch(
      /node-3: nothing that fix can change: [\w-]+ \(unknown\)/,
    );
  });

  test('a dry run that has asked the API server says what that said of the pods', () => {
    const report: FixReport = { ...(FIX_REPORTS['dry-run'] as FixReport), dryRun: 'server' };
    const shown = renderFix(report, 'table', NARROW);
    expect(shown).toMatch(
      /Nothing was changed \(--dry-run\)\. The API server would accept\s+these\s+pods\.\s+To\s+do\s+it:\n/,
    );
    const refused = { ...report, summary: { ...report.summary, planned: 0, refused: 1 } };
    expect(renderFix(refused, 'table', NARROW)).not.toContain('would accept');
  });

  test('assumptions stand below what rests on them: a fix, and an undo only once its nodes were checked again', () => {
    const assumptions = ['pods sit on a bridge'];
    const shown = (name: string, change = (node: ChangedNode) => node) => {
      const report = FIX_REPORTS[name] ?? expect.fail();
      return renderFix({ ...report, assumptions, nodes: report.nodes.map(change) }, 'table', NARROW);
    };
    expect(shown('dry-run')).toContain('Assumed: pods sit on a bridge');
    expect(shown('undone')).toContain('Assumed: pods sit on a bridge');
    expect(shown('undone', (node) => ({ ...node, after: null }))).not.toContain('Assumed');
  });

  test.for(entries)('%s: only commands are wider than the terminal', ([, report]) => {
    const commands = worded(report.nodes).flatMap(({ remedy = [], manual }) => [
      ...remedy,
      ...manual.flatMap((each) => each.remedy),
    ]);
    const pasted = commands.flatMap((each) => each.split('\n').map((line) => line.trimStart()));
    for (const columns of [40, 80]) {
      const wide = renderFix(report, 'table', { ...NARROW, columns })
        .split('\n')
        .filter((line) => textWidth(line) > columns);
      for (const line of wide) {
        const text = line.trimStart().replace(/^(?:fix|try) +/, '');
        expect(text.startsWith('kubectl ') || pasted.includes(text), line).toBe(true);
      }
    }
  });
});

describe('whatever the report and the format', () => {
  const cases = entries.flatMap(([name, report]) => FIX_FORMATS.map((format) => ({ name, report, format })));

  test.for(cases)('$name as $format ends with one newline and obeys no control character', ({ report, format }) => {
    for (const color of [true, false]) {
      const text = renderFix(report, format, { ...NARROW, color });
      if (format === 'name' && text === '') continue;
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toMatch(/[ \t]$/m);
      const own = color ? text.replaceAll(/\u001b\[[\d;]+m/g, '') : text;
      expect(own).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
    }
  });

  test.for(entries)('%s: colour changes nothing but colour', ([, report]) => {
    const coloured = renderFix(report, 'table', { ...NARROW, color: true });
    expect(stripVTControlCharacters(coloured)).toBe(renderFix(report, 'table', NARROW));
  });

  test.for(entries)('%s: YAML and JSON read back as the same report', ([, report]) => {
    expect(JSON.parse(renderFix(report, 'json', PIPE))).toEqual(worded(report));
    expect(parse(renderFix(report, 'yaml', PIPE))).toEqual(worded(report));
  });
});

test('-o name gives the nodes that were changed, also in part, and in a dry run those that would be', () => {
  expect(renderFix(FIX_REPORTS.mixed ?? expect.fail(), 'name', PIPE)).toBe(
    'node/node-1\nnode/node-2\nnode/node-3\nnode/node-4\n',
  );
  const { dryRun: _, ...notBegun } = FIX_REPORTS['dry-run'] ?? expect.fail();
  expect(renderFix({ ...notBegun, dryRun: 'client' }, 'name', PIPE)).toBe('node/node-1\n');
  expect(renderFix(notBegun, 'name', PIPE)).toBe('');
  expect(renderFix(FIX_REPORTS.none ?? expect.fail(), 'name', PIPE)).toBe('');
});
