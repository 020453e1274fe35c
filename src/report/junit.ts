import XMLBuilder from 'fast-xml-builder';
import { adviceText } from '../text/advice.ts';
import { mayBreakAtReboot } from './build.ts';
import { detailLines } from './detail-lines.ts';
import { type FailOn, failsRun } from './exit.ts';
import { lastingName } from './name.ts';
import { reasonOf } from './reason.ts';
import type { CheckReport, NodeReport, ReportFinding } from './report.ts';
import { isOnlyShown } from './set-aside.ts';

interface TestCase {
  '@classname': string;
  '@name': string;
  failure?: Said;
  error?: Said;
  skipped?: { '@message': string };
  'system-out'?: string;
}
/** Why a test did not pass. */
interface Said {
  '@message': string;
  '@type': string;
  '#text': string;
}

/**
 * The report as JUnit XML: a suite per node, a test per rule. What makes the exit code 1 is a failure, unknown is an error, and a rule
 * that does not concern the node is skipped. Expects printable text: XML has no control characters.
 */
export function renderJunit({ nodes, run, cluster, leftovers }: CheckReport, failOn: FailOn): string {
  const left = leftovers.length > 0 && { 'system-err': `Pods that may be left behind: ${leftovers.join(', ')}` };
  const suites = nodes.map((node, index) => ({ ...suite(node, run, cluster, failOn), ...(index === 0 && left) }));
  const sum = (count: '@tests' | '@failures' | '@errors') => suites.reduce((all, each) => all + each[count], 0);
  const document = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': 'kubectl netprereq check',
      '@tests': sum('@tests'),
      '@failures': sum('@failures'),
      '@errors': sum('@errors'),
      '@time': run.durationSeconds,
      testsuite: suites,
    },
  };
  const options = { attributeNamePrefix: '@', ignoreAttributes: false, format: true, suppressEmptyNode: true };
  return new XMLBuilder(options).build(document);
}

function suite(node: NodeReport, run: CheckReport['run'], cluster: CheckReport['cluster'], failOn: FailOn) {
  const name = lastingName(node);
  const cases =
    node.findings.length > 0 ? node.findings.map((finding) => testCase(name, finding, failOn)) : [notJudged(node)];
  const count = (kind: keyof TestCase) => cases.filter((one) => kind in one).length;
  return {
    '@name': name,
    '@tests': cases.length,
    '@failures': count('failure'),
    '@errors': count('error'),
    '@skipped': count('skipped'),
    '@timestamp': run.startedAt.replace(/\.\d+Z$/, ''),
    '@hostname': name,
    ...(cluster !== null && { properties: { property: { '@name': 'server', '@value': cluster.server } } }),
    testcase: cases,
  };
}

function testCase(node: string, finding: ReportFinding, failOn: FailOn): TestCase {
  const { rule, title, verdict, message } = finding;
  const about = { '@classname': `netprereq.${node}`, '@name': `${rule}: ${title}` };
  const said = (type: string): Said => ({
    '@message': message,
    '@type': type,
    '#text': detailLines(finding).join('\n'),
  });
  if (failsRun(finding, failOn))
    return { ...about, failure: said(finding.now.cause ?? finding.boot?.cause ?? 'value') };
  if (verdict === 'unknown' || (failOn === 'boot' && mayBreakAtReboot({ findings: [finding] })))
    return { ...about, error: said('unknown') };
  if (verdict === 'skip') return { ...about, skipped: { '@message': message } };
  // An info rule that is not met is a pass, but its text must not be lost.
  const level = verdict === 'warn' ? 'warn' : isOnlyShown(finding) ? 'info' : undefined;
  if (level !== undefined) return { ...about, 'system-out': [level, message, ...detailLines(finding)].join('\n') };
  return about;
}

/** A node without findings is never a pass. */
function notJudged(node: NodeReport): TestCase {
  const { verdict, remedy = [] } = node;
  const reason = reasonOf(node);
  const about = { '@classname': `netprereq.${lastingName(node)}`, '@name': 'the node answers' };
  if (verdict === 'skip') return { ...about, skipped: { '@message': reason } };
  return { ...about, error: { '@message': reason, '@type': 'unknown', '#text': remedy.map(adviceText).join('\n') } };
}
