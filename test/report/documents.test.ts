import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { render } from '../../src/report/index.ts';
import type { CheckReport } from '../../src/report/report.ts';
import type { Terminal } from '../../src/report/terminal.ts';
import { worded } from '../support/worded.ts';
import { judged, PIPE, REPORTS, report } from './samples.ts';

const entries = Object.entries(REPORTS);

/** Texts that a careless encoder changes, or lets through to a terminal. */
const NASTY = [
  '\u001b[31m',
  '\u009b0m',
  '\u0085',
  '\u2028',
  'a\u202eb',
  '\u{e0041}',
  '\ud800',
  '\ufeff',
  'two\nlines\n',
  '\n  leading',
  `long ${'x '.repeat(100)}\nand more`,
  'trailing ',
  '- item',
  '# comment',
  '{a: b}',
  '*alias',
  '!tag',
  '1.0',
  '0x1f',
  '1_000',
  '12:30:45',
  'null',
  '~',
  '',
  'it\'s "quoted" \\u001b',
];
/** A bare word that one YAML version reads as text and the other as something else. */
const AMBIGUOUS = ['yes', 'off', 'y', 'NO', '0777', '0o17', '1e3', '2026-11-23'];

function reportOn(assumptions: string[]): CheckReport {
  return report([judged('node-1')], { assumptions });
}

describe.for(['json', 'yaml'] as const)('-o %s', (format) => {
  const read = (text: string): CheckReport => (format === 'json' ? JSON.parse(text) : parse(text));

  test.for(entries)('%s reads back as the same report', ([, sample]) => {
    expect(read(render(sample, format, PIPE))).toEqual(worded(sample));
  });

  test.for([...NASTY, ...AMBIGUOUS])('%j reads back unchanged and cannot reach the terminal', (text) => {
    const rendered = render(reportOn([text]), format, PIPE);
    expect(read(rendered).assumptions).toEqual([text]);
    expect(rendered).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
  });
});

test('YAML is one document for readers of YAML 1.1, too', () => {
  const text = render(reportOn([...NASTY, ...AMBIGUOUS]), 'yaml', PIPE);
  expect(parseAllDocuments(text)).toHaveLength(1);
  expect(parse(text, { version: '1.1' })).toEqual(reportOn([...NASTY, ...AMBIGUOUS]));
});

test('YAML repeats what several nodes share, without anchors', () => {
  const shared = { os: 'one', kernel: null, arch: null, runtime: null };
  const nodes = ['a', 'b'].map((name) => ({ name, system: shared, findings: [] }));
  expect(render(report(nodes), 'yaml', PIPE)).not.toMatch(/[&*]\w/);
});

test('-o name lists the nodes that fail or warn, and is empty when there are none', () => {
  expect(render(REPORTS.healthy ?? expect.fail(), 'name', PIPE)).toBe('');
  expect(render(REPORTS['all-unknown'] ?? expect.fail(), 'name', PIPE)).toBe('');
  expect(render(REPORTS['one-fails'] ?? expect.fail(), 'name', PIPE)).toBe('node/node-1\n');
});

test.for([40, 60])('-o wide wraps what is below its rows at blanks, in a terminal of %i columns', (columns) => {
  const terminal = { columns, color: false, unicode: true };
  const sample = REPORTS['one-fails'] ?? expect.fail();
  const notes = (at: Terminal) => render(sample, 'wide', at).split('\n\n').slice(1).join('\n');
  const lines = notes(terminal).split('\n');
  const command = /^ +(by hand +|more +)?(modprobe|echo|kubectl) /;
  expect(lines.filter((line) => line.length > columns && !command.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(notes(PIPE).split('\n').length);
  // Rows are for grep: each on one line, as in a pipe.
  const rows = (at: Terminal) => render(sample, 'wide', at).split('\n\n')[0];
  expect(rows(terminal)).toBe(rows(PIPE));
});

test('-o wide has one line per node, thousands of them, reasons whole', () => {
  const reason = 'the kubelet said: '.padEnd(300, 'why ');
  const nodes = Array.from({ length: 5000 }, (_, index) => ({
    name: `node-${index}`,
    system: { os: null, kernel: null, arch: null, runtime: null },
    verdict: 'unknown' as const,
    reason,
  }));
  const [head, ...lines] = render(report(nodes), 'wide', { columns: 80, color: false, unicode: true }).split('\n');
  expect(head).toMatch(/^NODE +VERDICT +REASON +DETAIL$/);
  const column = head?.indexOf('DETAIL');
  for (const [index, line] of lines.slice(0, 5000).entries()) {
    expect(line).toMatch(new RegExp(`^node-${index} `));
    expect(line.slice(column)).toBe(reason.trimEnd());
  }
});
