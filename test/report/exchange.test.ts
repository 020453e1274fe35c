import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import { commandCompleter } from '../../src/cli/command-completer.ts';
import { unchanged } from '../../src/report/command-completer.ts';
import { exchange } from '../../src/report/exchange.ts';
import type { CheckReport } from '../../src/report/report.ts';
import {
  CLUSTER,
  FORWARDING_OFF,
  finding,
  judged,
  NOT_LOADED,
  OVERRIDDEN_AT_BOOT,
  REPORTS,
  report,
  silent,
  skipped,
} from './samples.ts';

const FORMATS = ['junit', 'markdown', 'sarif'] as const;
const EXTENSIONS = { junit: 'xml', markdown: 'md', sarif: 'json' } as const;
const mixed = REPORTS.mixed ?? expect.fail();
/** What a node could say to become part of the document. */
const HOSTILE = '</failure><x a="1">&amp; | **b** [l](http://evil) @you `c` ```\u0000\u001b[31m\u202e\uffff';

describe.each(FORMATS)('-o %s', (format) => {
  test('of everything at once', async () => {
    const file = `../fixtures/golden/${format}/mixed.${EXTENSIONS[format]}`;
    await expect(exchange(mixed, format, 'fail', unchanged)).toMatchFileSnapshot(file);
  });

  test.for(Object.entries(REPORTS))('%s ends with a newline, and has no control characters', ([, sample]) => {
    const text = exchange(sample, format, 'fail', unchanged);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u);
  });
});

describe('JUnit', () => {
  const junit = (sample: CheckReport, failOn: 'fail' | 'boot' | 'warn' = 'fail') =>
    exchange(sample, 'junit', failOn, unchanged);
  const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;

  test('says as many failures, errors and skipped tests as it has', () => {
    const text = junit(mixed);
    const [head = ''] = /<testsuites .*>/.exec(text) ?? [];
    expect(head).toContain(` tests="${count(text, /<testcase /g)}"`);
    expect(head).toContain(` failures="${count(text, /<failure /g)}"`);
    expect(head).toContain(` errors="${count(text, /<error /g)}"`);
  });

  test.for<[string, Partial<typeof FORWARDING_OFF>, boolean]>([
    ['not met', { ...FORWARDING_OFF }, true],
    ['met', { now: { verdict: 'pass', expected: '1', actual: '1' } }, false],
  ])('what is only shown and %s passes, and keeps its text where that says something', ([, parts, kept]) => {
    const { boot: _, ...shown } = {
      ...FORWARDING_OFF,
      ...parts,
      severity: 'info',
      verdict: 'pass',
      message: 'so it is',
    } as const;
    const text = junit(report([judged('a', shown)]));
    expect(count(text, /<(?:failure|error) /g)).toBe(0);
    expect(text.includes('<system-out>info\nso it is')).toBe(kept);
  });

  test.for([
    ['fail', 0],
    ['boot', 1],
    ['warn', 1],
  ] as const)(
    'with --fail-on %s a loss at the next boot is %d failures, as the exit code has it',
    ([failOn, failures]) => {
      const loss = { ...OVERRIDDEN_AT_BOOT, severity: 'required' as const };
      expect(count(junit(report([judged('a', loss)]), failOn), /<failure /g)).toBe(failures);
    },
  );

  test('has an error for a node that gave no answer, and skips one that is not checked', () => {
    const text = junit(report([silent('down', 'it is down'), skipped('win', 'it runs Windows')]));
    expect(text).toContain('<error message="it is down" type="unknown"');
    expect(text).toContain('<skipped message="it runs Windows"/>');
  });

  test('with --fail-on boot has an error where the next boot is not known, as the exit code has it', () => {
    const unclear = { verdict: 'unknown', expected: '1', actual: null, cause: 'undetermined' } as const;
    const one = finding('br-netfilter', { verdict: 'warn', boot: unclear });
    expect(count(junit(report([judged('a', one)]), 'boot'), /<error /g)).toBe(1);
    expect(count(junit(report([judged('a', one)])), /<error /g)).toBe(0);
  });

  test('names the server of the cluster, and no directory of an image', () => {
    expect(junit(report([judged('a')]))).toContain('<property name="server" value="https://10.0.0.1:6443"/>');
    expect(junit(imageIn('/tmp/tmp.1'))).not.toMatch(/tmp\.1|<properties>/);
  });

  test('takes nothing that a node says for markup', () => {
    const text = junit(report([judged('a', { ...NOT_LOADED, message: HOSTILE, why: HOSTILE })]));
    expect(text).not.toContain('<x');
    expect(text).toContain('&lt;/failure&gt;&lt;x a=&quot;1&quot;&gt;&amp;amp;');
    expect(count(text, /<failure /g)).toBe(1);
  });
});

describe('Markdown', () => {
  const markdown = (sample: CheckReport, retype = unchanged) => exchange(sample, 'markdown', 'fail', retype);

  test('takes nothing that a node says for markup, a link or a name', () => {
    const text = markdown(report([judged('a', { ...NOT_LOADED, message: HOSTILE, why: HOSTILE, remedy: [HOSTILE] })]));
    expect(text).not.toMatch(/<x|\*\*b|http:\/\/evil|@you/);
    for (const line of text.split('\n').filter((each) => each.startsWith('| '))) {
      expect(line.split('|')).toHaveLength(6);
    }
  });

  test('closes a fence only where its text ends', () => {
    const text = markdown(report([judged('a', { ...NOT_LOADED, remedy: [{ run: 'echo ```` x' }] })]));
    expect(text).toContain('\n`````sh\necho ```` x\n`````\n');
  });

  test('proposes commands that reach the same cluster', () => {
    const nodes = [silent('node-1', 'it is down', [{ run: 'kubectl describe node node-1' }])];
    expect(markdown(report(nodes), commandCompleter({ context: 'c' }))).toContain(
      'kubectl --context c describe node node-1',
    );
  });

  test('of a healthy cluster is three lines: the verdict, the count, and what it rests on', () => {
    const blocks = markdown(report([judged('a')]))
      .trim()
      .split('\n\n');
    expect(blocks).toHaveLength(3);
  });

  test('names the server of the cluster', () => {
    expect(markdown(report([judged('a')]))).toContain('10.0.0.1:6443');
  });

  test('does not promise a fix where there is only a reason, and puts that of a policy first', () => {
    const text = markdown(report([judged('a', { ...NOT_LOADED, policy: 'the owner wants it', remedy: [] })]));
    expect(text).toContain('<summary>Why: br-netfilter on a</summary>\n\nPolicy: the owner wants it.\n\nWhy: ');
  });

  test('stays below what a comment may hold', () => {
    const nodes = Array.from({ length: 60 }, (_, index) => {
      const remedy = [{ run: `y${'z'.repeat(2000)}` }];
      return judged(`n${index}`, { ...NOT_LOADED, message: `${index}`, why: 'x '.repeat(240), remedy });
    });
    expect(markdown(report(nodes)).length).toBeLessThan(65_000);
  });

  test('names pods that may be left, and what deletes them', () => {
    const text = markdown(report([judged('a')], { leftovers: ['kube-system/netprereq-7f3k2q-a'] }));
    expect(text).toContain('kubectl netprereq cleanup --run 7f3k2q');
  });
});

/** A cluster with this server. */
const of = (server: string) => report([judged('a', NOT_LOADED)], { cluster: { ...CLUSTER, server } });
/** An image in this directory. */
const imageIn = (root: string) => report([{ ...judged(root, NOT_LOADED), image: { root } }], { cluster: null });

describe('SARIF', () => {
  const sarif = (sample: CheckReport): Log => JSON.parse(exchange(sample, 'sarif', 'fail', unchanged));
  const results = (sample: CheckReport) => sarif(sample).runs[0]?.results ?? [];

  test('has the line that decides as the place of a result', () => {
    const [result] = results(report([judged('a', FORWARDING_OFF)]));
    expect(result).toMatchObject({ ruleId: 'ipv4-forwarding', kind: 'fail', level: 'error' });
    expect(result?.locations).toMatchObject([
      {
        physicalLocation: { artifactLocation: { uri: 'etc/sysctl.conf' }, region: { startLine: 28 } },
        logicalLocations: [{ name: 'a' }],
      },
    ]);
  });

  test.for([
    ['a node', 'a', {}, 'nodes/a'],
    ['an image', '/srv/an image', { image: { root: '/srv/an image' } }, 'image'],
    ['the image in which it runs', 'build', { image: { root: '/' } }, 'image'],
  ] as const)('has %s as the place of a result without a file', ([, name, parts, uri]) => {
    const [result] = results(report([{ ...judged(name, NOT_LOADED), ...parts }]));
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(uri);
  });

  test('has the line that decides the next boot where only that is at fault', () => {
    const [result] = results(report([judged('a', OVERRIDDEN_AT_BOOT)]));
    expect(result?.level).toBe('warning');
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 3 });
  });

  test('has nothing of what passes, and a notification for a node that gave no answer', () => {
    const [run] = sarif(report([judged('a'), silent('down', 'it is down')])).runs;
    expect(run?.results).toEqual([]);
    expect(run?.invocations?.[0]?.toolExecutionNotifications).toMatchObject([
      { message: { text: 'down was not judged: it is down' } },
    ]);
  });

  test.for<[string, CheckReport, CheckReport, boolean]>([
    ['two clusters have nodes of one name', report([judged('a', NOT_LOADED)]), of('https://10.0.0.2:6443'), false],
    ['a cluster is checked again', report([judged('a', NOT_LOADED)]), report([judged('a', NOT_LOADED)]), true],
    ['an image is built in another directory', imageIn('/tmp/tmp.1'), imageIn('/tmp/tmp.2'), true],
  ])('tells results apart, and knows them again, where %s', ([, one, other, same]) => {
    const [first, second] = [one, other].map((each) =>
      results(each).map(({ partialFingerprints }) => partialFingerprints),
    );
    expect(first).toHaveLength(1);
    if (same) expect(first).toEqual(second);
    else expect(first).not.toEqual(second);
  });

  test('says nowhere in which directory an image was built', () => {
    expect(JSON.stringify(sarif(imageIn('/tmp/tmp.1')))).not.toContain('tmp.1');
  });

  test('names the cluster, so that uploads for another one do not replace it', () => {
    const id = (sample: CheckReport) => sarif(sample).runs[0]?.automationDetails?.id;
    expect(id(report([judged('a')]))).toBe('kubectl-netprereq/10.0.0.1:6443/k7x2p');
    expect(id(imageIn('/srv'))).toBe('kubectl-netprereq/image/k7x2p');
  });

  test.for<[boolean, string, CheckReport]>([
    [true, 'all nodes were judged', report([judged('a', NOT_LOADED)])],
    [false, 'a node gave no answer', report([judged('a'), silent('down', 'it is down')])],
    [true, 'a node is not to be checked', report([judged('a'), skipped('win', 'it runs Windows')])],
  ])('was successful: %s, where %s', ([successful, , sample]) => {
    expect(sarif(sample).runs[0]?.invocations?.[0]?.executionSuccessful).toBe(successful);
  });

  test('describes each rule that it names, once', () => {
    const [run] = sarif(mixed).runs;
    const named = new Set(run?.results?.map(({ ruleId }) => ruleId));
    expect(run?.tool.driver.rules?.map(({ id }) => id).toSorted()).toEqual([...named].toSorted());
  });
});
