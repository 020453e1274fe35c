import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { is } from '../../src/judge/comparator.ts';
import { evaluateImage, evaluateNode } from '../../src/judge/evaluate.ts';
import { requestOf } from '../../src/judge/request.ts';
import { type Rule, required, skip } from '../../src/judge/rule.ts';
import { sysctl } from '../../src/judge/sysctl.ts';
import { type Exception, exceptFor, idleExceptions, type Policy, withPolicy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { madeUp } from '../judge/made-up.ts';
import { file, flannel, nodeFacts, value } from '../rules/facts.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-policy-'));
afterAll(() => rmSync(work, { recursive: true }));

const RULES: Rule[] = [madeUp(sysctl('fs.one', is(1)), { applies: () => required('of the test') })];
const HEAD = 'apiVersion: netprereq/v1alpha1\nkind: Policy\n';

function written(text: string): string {
  const path = join(work, 'policy.yaml');
  writeFileSync(path, text);
  return path;
}

/** What the rules make of a node on which fs.one is 5 and fs.two is 2. */
function judged(rules: readonly Rule[]) {
  const facts = nodeFacts({
    sysctls: { 'fs.one': value('5'), 'fs.two': value('2') },
    boot: { sysctl: [file('/etc/sysctl.d/x.conf', 'fs.one = 5', 'fs.two = 2')] },
  });
  return evaluateNode(flannel, facts, rules).map(({ rule, severity, verdict }) => `${rule} ${severity} ${verdict}`);
}

describe('a policy', () => {
  test.for<[string, Policy, string[]]>([
    ['that says nothing changes nothing', {}, ['made-up required fail']],
    ['makes a rule weigh less', { severities: { 'made-up': 'recommended' } }, ['made-up recommended warn']],
    ['names a rule by its alias', { severities: { 'made.up': 'info' } }, ['made-up info pass']],
    ['leaves a rule out', { severities: { 'made-up': 'skip' } }, ['made-up info skip']],
    [
      'has sysctls of its own, required unless it says otherwise',
      { sysctls: [{ id: 'policy-two', key: 'fs.two', atLeast: 3 }] },
      ['made-up required fail', 'policy-two required fail'],
    ],
    [
      'which pass where they hold',
      { sysctls: [{ id: 'policy-two', key: 'fs.two', atMost: 2, severity: 'recommended' }] },
      ['made-up required fail', 'policy-two recommended pass'],
    ],
    [
      'has modules of its own',
      { modules: [{ id: 'policy-m', names: ['br_netfilter'] }] },
      ['made-up required fail', 'policy-m required pass'],
    ],
  ])('%s', ([, policy, findings]) => {
    expect(judged(withPolicy(RULES, policy))).toEqual(findings);
  });

  test('does not have a rule judged that does not concern the node', () => {
    const elsewhere = [madeUp(sysctl('fs.one', is(1)), { applies: () => skip('elsewhere') })];
    expect(judged(withPolicy(elsewhere, { severities: { 'made-up': 'required' } }))).toEqual(['made-up info skip']);
  });
});

describe('an exception', () => {
  const exception = (parts: Partial<Exception> = {}): Exception => ({
    rules: ['made.up'],
    nodes: { matchLabels: { pool: 'edge' } },
    reason: 'ticket 1',
    expires: '2027-01-31',
    ...parts,
  });

  test.for<[string, Exception, Record<string, string>, string, string]>([
    ['holds on nodes with its labels', exception(), { pool: 'edge', zone: 'a' }, '2026-11-29', 'made-up info skip'],
    ['holds on its last day', exception(), { pool: 'edge' }, '2027-01-31', 'made-up info skip'],
    ['ends after that', exception(), { pool: 'edge' }, '2027-02-01', 'made-up required fail'],
    ['leaves other nodes alone', exception(), { pool: 'core' }, '2026-11-29', 'made-up required fail'],
    ['without labels is for all', exception({ nodes: { matchLabels: {} } }), {}, '2026-11-29', 'made-up info skip'],
  ])('%s', ([, one, labels, day, finding]) => {
    expect(judged(exceptFor(RULES, [one], labels, day))).toEqual([finding]);
  });

  test.for<[string, Exception, Record<string, string>[] | undefined, string, string[]]>([
    ['holds somewhere', exception(), [{}, { pool: 'edge' }], '2027-01-31', []],
    ['holds, for all that is known', exception(), undefined, '2027-01-31', []],
    ['is for all nodes', exception({ nodes: { matchLabels: {} } }), [{}], '2027-01-31', []],
    [
      'has expired',
      exception(),
      [{ pool: 'edge' }],
      '2027-02-01',
      ['the exception for made.up expired on 2027-01-31: the rule counts again'],
    ],
    [
      'has expired, of two rules, where nobody knows labels',
      exception({ rules: ['a', 'b'] }),
      undefined,
      '2027-02-01',
      ['the exception for a, b expired on 2027-01-31: the rules count again'],
    ],
    [
      'has labels that no node has',
      exception({ nodes: { matchLabels: { pool: 'egde', zone: 'a' } } }),
      [{ pool: 'edge', zone: 'a' }],
      '2027-01-31',
      ['the exception for made.up concerns no node: none has pool=egde,zone=a'],
    ],
  ])('that %s is noted once, or not at all', ([, one, labels, day, notes]) => {
    expect(idleExceptions([one], labels, day)).toEqual(notes);
  });

  test('that has ended is named where its rule fails', () => {
    const [rule] = exceptFor(RULES, [exception()], { pool: 'edge' }, '2027-02-01');
    expect(rule?.applies(flannel, nodeFacts())).toMatchObject({
      because: 'of the test; its exception (ticket 1) ended on 2027-01-31',
    });
  });

  test('says its reason and its end', () => {
    const [rule] = exceptFor(RULES, [exception()], { pool: 'edge' }, '2026-11-29');
    expect(rule?.applies(flannel, nodeFacts())).toEqual(skip('excepted by the policy until 2027-01-31: ticket 1'));
  });
});

describe("a policy's reason for a rule of its own", () => {
  const key = 'net.core.somaxconn';
  const rules = withPolicy([], { sysctls: [{ id: 'policy-x', key, is: 4096, why: 'the owner wants it' }] });

  const asked = requestOf(rules);

  test.for<[string, Parameters<typeof nodeFacts>[0]]>([
    ['fails now', { sysctls: { [key]: value('128') } }],
    ['passes now, and nothing is known of the next boot', { sysctls: { [key]: value('4096') } }],
    ['is unknown', {}],
  ])('is with the finding where it %s', ([, parts]) => {
    const [found] = evaluateNode(flannel, { ...nodeFacts(parts), asked }, rules);
    expect(found).toMatchObject({ policy: 'the owner wants it' });
    expect(found?.why).not.toContain('the owner wants it');
  });

  test('is with that of an image, together with the line that it lacks', () => {
    const [found] = evaluateImage(flannel, { ...nodeFacts({ boot: { sysctl: [] } }), asked }, rules);
    expect(found).toMatchObject({ verdict: 'unknown', policy: 'the owner wants it' });
    expect(JSON.stringify(found?.remedy)).toContain(`${key} = 4096`);
  });
});

describe('a policy file', () => {
  test.for<[string, string, RegExp]>([
    ['no YAML', '{', /policy\.yaml:\d+: /],
    ['empty', '', /policy\.yaml: the policy is empty$/],
    ['that has comments alone', '# later\n', /policy\.yaml: the policy is empty$/],
    ['that is a list', '- a\n', /policy\.yaml:1: the policy must be a map of fields$/],
    ['with one rule for a list of them', `${HEAD}sysctls: {id: policy-x}\n`, /:3: sysctls must be a list$/],
    [
      'with a name for a list of names',
      `${HEAD}modules:\n  - id: policy-x\n    names: wireguard\n`,
      /:5: modules\[0\]\.names must be a list$/,
    ],
    [
      'with a text for a number',
      `${HEAD}sysctls:\n  - id: policy-x\n    key: fs.x\n    is: many\n`,
      /:6: sysctls\[0\]\.is must be a whole number$/,
    ],
    [
      'with a number for a text',
      `${HEAD}exceptions:\n  - rules: [made-up]\n    nodes: {matchLabels: {}}\n    reason: 7\n    expires: 2027-01-31\n`,
      /:6: exceptions\[0\]\.reason must be a text$/,
    ],
    [
      'with a misspelt field for one that is needed',
      `${HEAD}sysctls:\n  - id: policy-x\n    key: fs.x\n    atleast: 2\n`,
      /:6: unknown field "atleast" in sysctls\[0\]; did you mean atLeast\?$/,
    ],
    [
      'with a misspelt field of a node selector',
      `${HEAD}exceptions:\n  - rules: [made-up]\n    nodes: {matchlabels: {}}\n    reason: x\n    expires: 2027-01-31\n`,
      /:5: unknown field "matchlabels" in exceptions\[0\]\.nodes; did you mean matchLabels\?$/,
    ],
    [
      'with no value of its own',
      `${HEAD}sysctls:\n  - id: policy-x\n    key: fs.x\n`,
      /:4: sysctls\[0\] needs exactly one of is, atLeast, atMost$/,
    ],
    ['of another kind', 'apiVersion: v1\nkind: Policy\n', /:1: apiVersion must be one of netprereq\/v1alpha1/],
    ['with a field that does not exist', `${HEAD}severity: {}\n`, /:3: unknown field "severity" in the policy/],
    [
      'with a field of a sysctl that does not exist',
      `${HEAD}sysctls:\n  - id: policy-x\n    key: fs.x\n    is: 1\n    atleast: 2\n`,
      /:7: unknown field "atleast" in sysctls\[0\]/,
    ],
    [
      'with a sysctl that has two values',
      `${HEAD}sysctls:\n  - id: policy-x\n    key: fs.x\n    is: 1\n    atLeast: 2\n`,
      /:4: sysctls\[0\] needs exactly one of is, atLeast, atMost/,
    ],
    [
      'with a key for a shell',
      `${HEAD}sysctls:\n  - {id: policy-x, key: "fs.$(id)", is: 1}\n`,
      /:4: sysctls\[0\]\.key must look like net\.core\.somaxconn/,
    ],
    [
      'with a rule that nobody has',
      `${HEAD}severities:\n  made-upp: info\n`,
      /:4: unknown rule "made-upp"; did you mean made-up\?/,
    ],
    ['with an alias that leads nowhere', `${HEAD}exceptions: *foo\n`, /policy\.yaml: .*foo/],
    [
      'with an id that is there twice',
      `${HEAD}sysctls:\n  - {id: policy-x, key: fs.x, is: 1}\n  - {id: policy-x, key: fs.y, is: 1}\n`,
      /:5: the id "policy-x" is used twice/,
    ],
    [
      'with a key that is there twice',
      `${HEAD}sysctls:\n  - {id: policy-x, key: fs.x, atLeast: 9}\n  - {id: policy-y, key: fs.x, atMost: 1}\n`,
      /:5: fs\.x has two rules/,
    ],
    [
      'with a key in the spelling of paths',
      `${HEAD}sysctls:\n  - {id: policy-x, key: net/core/somaxconn, is: 1}\n`,
      /:4: sysctls\[0\]\.key must look like net\.core\.somaxconn/,
    ],
    [
      'with a rule named twice, by id and by alias',
      `${HEAD}severities:\n  made-up: info\n  made.up: required\n`,
      /:5: "made\.up" is already the name of a rule/,
    ],
    [
      'with a day that no calendar has',
      `${HEAD}exceptions:\n  - {rules: [made-up], nodes: {matchLabels: {}}, reason: x, expires: 2027-13-01}\n`,
      /:4: expires: 2027-13-01 is not a date/,
    ],
    [
      'with an exception for ever',
      `${HEAD}exceptions:\n  - rules: [made-up]\n    nodes: {matchLabels: {}}\n    reason: x\n`,
      /:4: exceptions\[0\] lacks "expires"/,
    ],
  ])('%s is refused with its line', ([, text, message]) => {
    expect(() => readPolicy(written(text), RULES)).toThrow(message);
  });

  test('that does not exist is named', () => {
    expect(() => readPolicy('/nowhere/p.yaml', RULES)).toThrow(
      '--policy: open /nowhere/p.yaml: no such file or directory',
    );
  });

  test('as docs/policy.md shows it can be used', () => {
    const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const names = ['conntrack-headroom', 'rp-filter'].map((id) => ({ ...RULES[0], id, aliases: [] }) as Rule);
    expect(readPolicy(written(example), names).rules.map(({ id }) => id)).toEqual([
      'conntrack-headroom',
      'rp-filter',
      'policy-somaxconn',
      'policy-wireguard',
    ]);
  });
});
