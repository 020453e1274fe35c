import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { renderFix } from '../../src/report/fix.ts';
import type { ChangedNode, FixReport } from '../../src/report/fix-report.ts';
import { worded } from '../support/worded.ts';
import { FIX_REPORTS } from './fix-samples.ts';
import { CLUSTER, DEBIAN, PIPE, REPORTS } from './samples.ts';

interface Schema {
  $id: string;
  $defs?: Record<string, { required?: string[]; properties?: Record<string, { description?: string; $ref?: string }> }>;
  required?: string[];
  properties?: Record<string, { description?: string; $ref?: string }>;
}

const read = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../../docs/schema/${name}-report.json`, import.meta.url), 'utf8'));
const schemas = { FixReport: read('fix'), UndoReport: read('undo') };
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const schema of [read('check'), ...Object.values(schemas)]) ajv.addSchema(schema);
const validate = {
  FixReport: ajv.getSchema(schemas.FixReport.$id) ?? expect.fail('no schema'),
  UndoReport: ajv.getSchema(schemas.UndoReport.$id) ?? expect.fail('no schema'),
};

const [finding = expect.fail('no finding')] = worded(REPORTS.reboot)?.nodes[0]?.findings ?? [];
/** Every field is there: a new one that is left out is an error of type. */
const NODE: Required<ChangedNode> = {
  name: 'node-1',
  outcome: 'failed',
  verdict: 'unknown',
  reason: 'the pod was evicted',
  remedy: ['kubectl netprereq undo node-1'],
  system: DEBIAN,
  image: { root: '/mnt/image' },
  steps: [
    {
      do: 'keep-sysctl',
      what: 'net.ipv4.ip_forward',
      file: '/etc/sysctl.d/99-zz-netprereq.conf',
      before: 'absent',
      after: '1',
      why: 'nothing sets it',
      outcome: 'failed',
      reason: 'No space left on device',
    } satisfies Required<ChangedNode['steps'][number]>,
  ],
  before: [finding],
  after: [finding],
  manual: [{ rule: 'br-netfilter', message: 'it cannot be loaded', remedy: ['reboot'] }],
};
const MAXIMAL: Required<FixReport> = {
  apiVersion: 'netprereq/v1alpha1',
  kind: 'FixReport',
  run: { id: 'a', version: '0.1.0', startedAt: '2026-11-23T21:00:00.000Z', durationSeconds: 0, interrupted: true },
  cluster: CLUSTER,
  dryRun: 'server',
  verdict: 'unknown',
  summary: { nodes: 1, failed: 1, refused: 0, unknown: 0, planned: 0, changed: 0, unchanged: 0, skip: 0 },
  assumptions: ['something'],
  nodes: [NODE],
  leftovers: ['kube-system/netprereq-a-b'],
};

/** A copy with one field changed, as it would be on the wire, where undefined is absent. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
  const document = structuredClone(MAXIMAL);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(Object(at), key), document);
  Reflect.set(Object(parent), path.at(-1) ?? '', value);
  return JSON.parse(JSON.stringify(document));
}

describe('the published schemas of fix and undo', () => {
  test.for(Object.entries(FIX_REPORTS))('accept what -o json prints: %s', ([, report]) => {
    const check = validate[report.kind];
    expect(check(JSON.parse(renderFix(report, 'json', PIPE))), JSON.stringify(check.errors)).toBe(true);
  });

  test('accept a report with every field', () => {
    expect(validate.FixReport(MAXIMAL), JSON.stringify(validate.FixReport.errors)).toBe(true);
    expect(validate.UndoReport({ ...MAXIMAL, kind: 'UndoReport' })).toBe(true);
  });

  test('describe every field, and no other', () => {
    const { $defs = {}, properties = {} } = schemas.FixReport;
    const [step, manual] = [NODE.steps[0], NODE.manual[0]];
    const said: [unknown, Record<string, unknown> | undefined][] = [
      [MAXIMAL, properties],
      [MAXIMAL, schemas.UndoReport.properties],
      [MAXIMAL.summary, $defs.summary?.properties],
      [NODE, $defs.node?.properties],
      [step, $defs.step?.properties],
      [manual, $defs.manual?.properties],
    ];
    for (const [value, fields] of said)
      expect(Object.keys(fields ?? {}).sort()).toEqual(Object.keys(Object(value)).sort());
    const fields = said.flatMap(
      ([, described]) => Object.entries(described ?? {}) as [string, Schema['properties'] & object][],
    );
    // run, summary and system are described where they are defined.
    const bare = fields.filter(([, field]) => !('description' in field) && !('$ref' in field));
    expect(bare).toEqual([]);
  });

  test('accept fields and values that later versions may add', () => {
    for (const [path, value] of [
      [['later'], 1],
      [['nodes', 0, 'outcome'], 'postponed'],
      [['nodes', 0, 'steps', 0, 'do'], 'set-link'],
      [['nodes', 0, 'steps', 0, 'outcome'], 'vetoed'],
      [['summary', 'postponed'], 1],
    ] as const) {
      expect(validate.FixReport(changed(path, value))).toBe(true);
    }
  });

  test.for<[what: string, path: (string | number)[], value: unknown]>([
    ['another kind', ['kind'], 'UndoReport'],
    ['a dry run of its own', ['dryRun'], 'all'],
    ['no nodes', ['nodes'], undefined],
    ['no cluster at all, not even null', ['cluster'], undefined],
    ['a count that is left out', ['summary', 'planned'], undefined],
    ['a negative count', ['summary', 'failed'], -1],
    ['a node without an outcome', ['nodes', 0, 'outcome'], undefined],
    ['a verdict that does not exist', ['nodes', 0, 'verdict'], 'ok'],
    ['findings that are left out', ['nodes', 0, 'after'], undefined],
    ['a finding without a state', ['nodes', 0, 'before', 0, 'now'], undefined],
    ['a step that leaves out what was', ['nodes', 0, 'steps', 0, 'before'], undefined],
    ['a value that is a number', ['nodes', 0, 'steps', 0, 'after'], 1],
    ['a step on nothing', ['nodes', 0, 'steps', 0, 'what'], ''],
    ['a remedy that is one text', ['nodes', 0, 'manual', 0, 'remedy'], 'reboot'],
    ['a rule id that is no id', ['nodes', 0, 'manual', 0, 'rule'], 'Br Netfilter'],
  ])('reject %s', ([, path, value]) => {
    expect(validate.FixReport(changed(path, value))).toBe(false);
  });
});
