import { describe, expect, test } from 'vitest';
import type { BootInputs, Reading } from '../../src/facts/facts.ts';
import { readSysctl } from '../../src/facts/read.ts';
import { availableModules } from '../../src/judge/available-modules.ts';
import { sysctlAtBoot } from '../../src/judge/boot-result.ts';
import { atLeast, belowShareOf, on } from '../../src/judge/comparator.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import type { NodeContext } from '../../src/judge/node-context.ts';
import { requestOf } from '../../src/judge/request.ts';
import { sysctl } from '../../src/judge/sysctl.ts';
import { isRefusal, planNode } from '../../src/plan/planner.ts';
import { brief, sound } from '../plan/nodes.ts';
import { absent, file, flannel, nodeFacts, unreadable, value } from '../rules/facts.ts';
import { findingOf, madeUp } from './made-up.ts';

const KEY = 'fs.example.limit';
const limit = sysctl(KEY, atLeast(1024));
const node = (reading: Reading, boot: BootInputs = {}) => nodeFacts({ sysctls: { [KEY]: reading }, boot });
const FILE = '/etc/sysctl.d/10-limit.conf';

describe('a number that must be large enough', () => {
  test('passes where it is, and a line keeps it', () => {
    expect(findingOf(limit, node(value('2048'), { sysctl: [file(FILE, `${KEY} = 2048`)] }))).toMatchObject({
      verdict: 'pass',
      now: { verdict: 'pass', expected: 'at least 1024', actual: '2048' },
      boot: { verdict: 'pass', actual: '2048', source: { file: FILE, line: 1 } },
      message: `${KEY} is 2048`,
    });
  });

  test('takes a line as the kernel does: octal, hexadecimal', () => {
    for (const text of ['0x800', '04000']) {
      const { boot } = findingOf(limit, node(value('2048'), { sysctl: [file(FILE, `${KEY} = ${text}`)] }));
      expect(boot).toMatchObject({ verdict: 'pass', actual: '2048' });
    }
  });

  test.for(['many', '2048 4096'])('has a boot that is not known where a line sets %j', (text) => {
    const { boot } = findingOf(limit, node(value('2048'), { sysctl: [file(FILE, `${KEY} = ${text}`)] }));
    expect(boot).toMatchObject({ verdict: 'unknown', cause: 'undetermined' });
  });

  test('fails where it is not, and names the value to set', () => {
    expect(findingOf(limit, node(value('512')))).toMatchObject({
      verdict: 'fail',
      now: { cause: 'value', actual: '512' },
      remedy: [`sysctl -w ${KEY}=1024`, `echo '${KEY} = 1024' >>/etc/sysctl.d/99-zz-netprereq.conf`],
    });
  });

  test('names the line that makes it too small', () => {
    expect(findingOf(limit, node(value('512'), { sysctl: [file(FILE, `${KEY} = 512`)] }))).toMatchObject({
      now: { verdict: 'fail', source: { file: FILE, line: 1 } },
      boot: { verdict: 'fail', cause: 'overridden', actual: '512', source: { file: FILE, line: 1 } },
      why: expect.stringContaining(`maybe from ${FILE}:1, which sets 512`),
    });
  });

  test('names the line by which `sysctl --system` sets it back, which no line of ours would win over (Kylin V10)', () => {
    const main = '/etc/sysctl.conf';
    const sysctls = [file(main, `${KEY} = 512`), file('/etc/sysctl.d/z.conf', `${KEY} = 2048`)];
    const finding = findingOf(limit, node(value('512'), { sysctl: sysctls }));
    expect(finding).toMatchObject({
      now: { verdict: 'fail', source: { file: main, line: 1 } },
      boot: { verdict: 'pass', source: { file: '/etc/sysctl.d/z.conf', line: 1 } },
      why: expect.stringContaining(`sysctl --system\` may have, by ${main}:1, which sets 512`),
      remedy: [`sed -i '1s/^/# /' ${main}`, `sysctl -w ${KEY}=1024`],
    });
  });

  test('edits no line that a line of ours wins over', () => {
    const { remedy } = findingOf(limit, node(value('512'), { sysctl: [file(FILE, `${KEY} = 512`)] }));
    expect(remedy).toEqual([`sysctl -w ${KEY}=1024`, `echo '${KEY} = 1024' >>/etc/sysctl.d/99-zz-netprereq.conf`]);
  });

  test('of a boot in which nothing sets it nothing is known, unless the kernel has a default that is known', () => {
    const unset = node(value('2048'), { sysctl: [] });
    expect(findingOf(limit, unset).boot).toMatchObject({ verdict: 'unknown', actual: null });
    const known = sysctl(KEY, atLeast(1024), { kernelDefault: '128' });
    expect(findingOf(known, unset).boot).toMatchObject({ verdict: 'fail', cause: 'unset', actual: '128' });
  });

  test.for<Reading>([unreadable, value('many'), value('')])('is unknown where it is %j', (reading) => {
    expect(findingOf(limit, node(reading)).now).toMatchObject({ verdict: 'unknown', cause: 'undetermined' });
  });

  test('fails where it does not exist', () => {
    expect(findingOf(limit, node(absent)).now).toMatchObject({ verdict: 'fail', actual: 'absent' });
  });
});

describe('a requirement', () => {
  test('that reads what it does not ask for is an error in its test, and unknown in a run', () => {
    const careless = { ...limit, reads: {} };
    const facts = nodeFacts();
    expect(() => findingOf(careless, facts)).toThrow(`${KEY} was not asked of the node`);
    const rule = madeUp(careless);
    expect(evaluateNode(flannel, { ...facts, asked: requestOf([rule]) }, [rule])[0]).toMatchObject({
      verdict: 'unknown',
      message: `${KEY} was not asked of the node`,
    });
  });

  test('whose comparator or boot reads another sysctl that it does not ask for does not hold the value for odd', () => {
    const OTHER = 'net.example.other';
    const facts = nodeFacts({ sysctls: { [KEY]: value('4096'), [OTHER]: value('1') } });
    const message = `${OTHER} was not asked of the node`;
    const reading = atLeast(({ facts }) => (readSysctl(facts, OTHER).is === 'value' ? 1024 : undefined));
    const lasting = { ...limit, atBoot: (each: NodeContext) => sysctlAtBoot(OTHER, on, each, '1') };
    for (const requires of [sysctl(KEY, reading), lasting]) {
      expect(() => findingOf(requires, facts)).toThrow(message);
      const rule = madeUp(requires);
      const { [OTHER]: _, ...sysctls } = facts.sysctls;
      const run = { ...facts, sysctls, asked: requestOf([rule]) };
      expect(evaluateNode(flannel, run, [rule])[0]).toMatchObject({ verdict: 'unknown', message });
    }
  });

  test('that says nothing of the boot leaves it out, and its verdict speaks of now', () => {
    const use = sysctl('net.example.count', belowShareOf('net.example.max', 0.8), { atBoot: false });
    const counts = (count: string) =>
      nodeFacts({ sysctls: { 'net.example.count': value(count), 'net.example.max': value('1000') } });
    expect(findingOf(use, counts('10'))).toMatchObject({ verdict: 'pass' });
    expect(findingOf(use, counts('10'))).not.toHaveProperty('boot');
    expect(findingOf(use, counts('990'))).toMatchObject({ verdict: 'fail', remedy: [] });
  });
});

describe('fix', () => {
  test('is not held up by what is not known and no plan can repair', () => {
    const tunnel = madeUp(availableModules(['tunnel']), { id: 'tunnel' });
    const rules = [madeUp(limit), tunnel];
    const facts = sound({ sysctls: { [KEY]: value('512') }, modules: { tunnel: {} }, boot: { sysctl: [] } });
    const findings = evaluateNode(flannel, { ...facts, asked: requestOf(rules) }, rules);
    expect(findings.map(({ verdict }) => verdict)).toEqual(['fail', 'unknown']);
    const plan = planNode({ node: 'node-1', facts, findings }, flannel, { rules });
    expect(isRefusal(plan) ? plan.reason : brief(plan.steps)).toContain('set-sysctl fs.example.limit 512→1024');
  });

  test.for([
    [limit, ['keep-sysctl fs.example.limit absent→1024', 'set-sysctl fs.example.limit 512→1024']],
    [sysctl(KEY, on), []],
  ] as const)('sets what a made-up rule wants, and no other value', ([requires, steps]) => {
    const rules = [madeUp(requires)];
    const facts = sound({ sysctls: { [KEY]: value('512') }, boot: { sysctl: [file(FILE, `${KEY} = 512`)] } });
    const findings = evaluateNode(flannel, { ...facts, asked: requestOf(rules) }, rules);
    const plan = planNode({ node: 'node-1', facts, findings }, flannel, { rules });
    expect(isRefusal(plan) ? plan.reason : brief(plan.steps)).toEqual(steps);
  });
});
