import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { render } from '../../src/report/index.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { PIPE, REPORTS } from './samples.ts';

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../docs/schema/check-report.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

interface Schema {
  description?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

/** T with every field present: leaving out a new field of the report is an error of type. */
type Complete<T> = T extends readonly (infer Item)[]
  ? Complete<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Complete<Exclude<T[Key], undefined | null>> }
    : T;

const STATE = { verdict: 'fail', expected: '1', actual: '0', cause: 'value' } as const;
const FROM_FILE = { ...STATE, source: { file: '/etc/sysctl.conf', line: 1 } };
const FROM_AGENT = { ...STATE, source: { agent: 'k3s' } };
const FINDING = {
  rule: 'ipv4-forwarding',
  title: 'it forwards',
  severity: 'required' as const,
  verdict: 'fail' as const,
  module: { name: 'br_netfilter', state: 'on-disk' as const },
  message: 'it does not',
  policy: 'the owner wants it',
  why: 'because',
  fixable: true as const,
  remedy: ['true'],
  docs: 'https://example.org/#ipv4-forwarding',
};
const MAXIMAL: Complete<CheckReport> = {
  apiVersion: 'netprereq/v1alpha1',
  kind: 'CheckReport',
  run: {
    id: 'a',
    version: '0.1.0',
    startedAt: '2026-11-23T21:00:00.000Z',
    durationSeconds: 0,
    interrupted: true,
    rules: ['a'],
    skipped: ['b'],
  },
  cluster: {
    server: 'https://localhost',
    version: 'v1.36.2',
    distribution: 'k3s',
    cni: 'flannel',
    cniBackend: 'vxlan',
    podsOnBridge: true,
    kubeProxyMode: 'iptables',
    ipFamilies: ['IPv4'],
  },
  verdict: 'fail',
  summary: { nodes: 1, pass: 0, warn: 0, fail: 1, unknown: 0, skip: 0, breakAtReboot: 1 },
  assumptions: ['something'],
  nodes: [
    {
      name: 'node-1',
      verdict: 'fail',
      reason: 'none',
      remedy: ['true'],
      system: { os: 'Debian', kernel: '6.1', arch: 'amd64', runtime: 'containerd' },
      image: { root: '/mnt/image' },
      pool: 'workers',
      symptoms: [{ pod: 'kube-flannel/a', state: 'CrashLoopBackOff', restarts: 3, line: 'no', rule: 'br-netfilter' }],
      findings: [
        { ...FINDING, now: FROM_FILE, boot: FROM_AGENT, reapply: FROM_AGENT },
        { ...FINDING, now: FROM_AGENT, boot: FROM_FILE, reapply: FROM_FILE },
      ],
    },
  ],
  drift: [
    {
      pool: 'workers',
      arch: 'amd64',
      of: 3,
      what: 'kernel',
      boot: true,
      most: '6.1',
      nodes: [{ name: 'node-1', value: '5.15' }],
    },
  ],
  leftovers: ['kube-system/netprereq-a-b'],
};

/** The schema itself, or what it refers to. */
function resolved(part: Schema): Schema {
  const name = part.$ref?.replace('#/$defs/', '');
  return name === undefined ? part : { ...resolved(schema.$defs?.[name] ?? expect.fail(`no ${name}`)), ...part };
}

/** Paths of all fields that a schema describes, with their descriptions. */
function described(part: Schema, path = ''): [string, string | undefined][] {
  const whole = resolved(part);
  const alternatives = (whole.anyOf ?? []).flatMap((alternative) => described(alternative, path));
  const items = whole.items ? described(whole.items, path) : [];
  const fields = Object.entries(whole.properties ?? {}).flatMap(([name, field]) => [
    [`${path}.${name}`, resolved(field).description] satisfies [string, string | undefined],
    ...described(field, `${path}.${name}`),
  ]);
  return [...alternatives, ...items, ...fields];
}

/** Paths of all fields of a value. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [`${path}.${name}`, ...fieldsOf(field, `${path}.${name}`)]);
}

describe('the published schema', () => {
  test.for(Object.entries(REPORTS))('accepts what -o json prints: %s', ([, report]) => {
    expect(validate(JSON.parse(render(report, 'json', PIPE))), JSON.stringify(validate.errors)).toBe(true);
  });

  test('accepts a report with every field', () => {
    expect(validate(MAXIMAL), JSON.stringify(validate.errors)).toBe(true);
  });

  test('describes every field of a report, and no other', () => {
    const fields = described(schema);
    expect(new Set(fields.map(([path]) => path))).toEqual(new Set(fieldsOf(MAXIMAL)));
    expect(fields.filter(([, description]) => !description)).toEqual([]);
  });

  test('accepts fields and values that later versions may add', () => {
    const later = structuredClone(MAXIMAL);
    const [finding] = later.nodes[0]?.findings ?? [];
    Object.assign(later, { later: 1 });
    Object.assign(finding ?? {}, { harm: 'some', severity: 'vital', reapply: STATE });
    Object.assign(finding?.now ?? {}, { cause: 'of-a-new-kind' });
    Object.assign(finding?.module ?? {}, { state: 'quarantined' });
    expect(validate(later), JSON.stringify(validate.errors)).toBe(true);
  });

  const wrong: [what: string, path: (string | number)[], value: unknown][] = [
    ['another version of the format', ['apiVersion'], 'netprereq/v1'],
    ['another kind', ['kind'], 'FixReport'],
    ['a verdict that does not exist', ['verdict'], 'ok'],
    ['no verdict', ['verdict'], undefined],
    ['no nodes', ['nodes'], undefined],
    ['no cluster at all, not even null', ['cluster'], undefined],
    ['a cluster without a server', ['cluster', 'server'], undefined],
    ['a cluster that leaves the CNI out', ['cluster', 'cni'], undefined],
    ['a negative count', ['summary', 'pass'], -1],
    ['half a node', ['summary', 'nodes'], 0.5],
    ['a date without a time', ['run', 'startedAt'], '2026-11-23'],
    ['a negative duration', ['run', 'durationSeconds'], -1],
    ['interrupted: false, which is never written', ['run', 'interrupted'], false],
    ['a node without a name', ['nodes', 0, 'name'], ''],
    ['a node verdict that does not exist', ['nodes', 0, 'verdict'], null],
    ['a node without findings', ['nodes', 0, 'findings'], undefined],
    ['a system that leaves the kernel out', ['nodes', 0, 'system', 'kernel'], undefined],
    ['a rule id that is no id', ['nodes', 0, 'findings', 0, 'rule'], 'Br Netfilter'],
    ['a finding without a state', ['nodes', 0, 'findings', 0, 'now'], undefined],
    ['a state that warns', ['nodes', 0, 'findings', 0, 'now', 'verdict'], 'warn'],
    ['a state that leaves out what is', ['nodes', 0, 'findings', 0, 'now', 'actual'], undefined],
    ['a value that is a number', ['nodes', 0, 'findings', 0, 'boot', 'actual'], 0],
    ['a source that is neither file nor agent', ['nodes', 0, 'findings', 0, 'boot', 'source'], { line: 3 }],
    ['line 0', ['nodes', 0, 'findings', 0, 'now', 'source', 'line'], 0],
    ['a remedy that is one text', ['nodes', 0, 'findings', 0, 'remedy'], 'modprobe br_netfilter'],
    ['a leftover without a namespace', ['leftovers', 0], 'netprereq-a-b'],
  ];
  test.for(wrong)('rejects %s', ([, path, value]) => {
    const document = structuredClone(MAXIMAL);
    const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(Object(at), key), document);
    Reflect.set(Object(parent), path.at(-1) ?? '', value);
    // As it would be on the wire, where undefined is absent.
    expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  });
});
