import type { Log, ReportingDescriptor, Result } from 'sarif';
import { detailLines } from './detail-lines.ts';
import { renderJson } from './json.ts';
import { reasonOf } from './reason.ts';
import type { CheckReport, NodeReport, ReportFinding } from './report.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const HOME = 'https://github.com/kubectl-netprereq/kubectl-netprereq';

/**
 * The report as SARIF 2.1.0: a result for each node and rule that fails, warns or is unknown. Its location is the file and line that
 * decide, on the node or in the image; if they are unknown, only the node. Nodes that were not judged are notifications.
 */
export function renderSarif({ nodes, run, leftovers }: CheckReport): string {
  const findings = nodes.flatMap((node) => node.findings.filter(isDeviation).map((finding) => ({ node, finding })));
  const rules = new Map(findings.map(({ finding }) => [finding.rule, finding]));
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kubectl-netprereq',
            version: run.version,
            informationUri: HOME,
            rules: [...rules.values()].map(descriptor),
          },
        },
        invocations: [
          {
            executionSuccessful: run.interrupted !== true,
            startTimeUtc: run.startedAt,
            toolExecutionNotifications: [
              ...nodes
                .filter(({ verdict, findings: none }) => verdict === 'unknown' && none.length === 0)
                .map(notJudged),
              ...leftovers.map((pod) => warning(`a pod may be left behind: ${pod}`)),
            ],
          },
        ],
        results: findings.map(({ node, finding }) => result(node, finding)),
      },
    ],
  };
  return renderJson(log);
}

function isDeviation({ verdict }: ReportFinding): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'unknown';
}

function descriptor({ rule, title, docs }: ReportFinding): ReportingDescriptor {
  return { id: rule, shortDescription: { text: `${title}.` }, helpUri: docs };
}

/** An unknown result is open, and has no level. */
const KINDS = {
  fail: { kind: 'fail', level: 'error' },
  warn: { kind: 'fail', level: 'warning' },
  unknown: { kind: 'open', level: 'none' },
} as const;

function result(node: NodeReport, finding: ReportFinding): Result {
  const { rule, verdict, message } = finding;
  const place = [finding.now, finding.boot].flatMap((state) =>
    state?.source && state.verdict !== 'pass' && 'file' in state.source ? [state.source] : [],
  )[0];
  const { image } = node;
  const file = place?.file ?? (image && image.root !== '/' ? image.root : `nodes/${node.name}`);
  return {
    ruleId: rule,
    ...KINDS[verdict as keyof typeof KINDS],
    message: { text: [`${node.name}: ${message}`, ...detailLines(finding)].join('\n') },
    locations: [
      {
        // Uploads require a file with a relative address for every result: below the root of the node or image; without one, the node's name, or
        // the image's directory.
        physicalLocation: {
          artifactLocation: {
            uri: file.replace(/^\//, '').split('/').map(encodeURIComponent).join('/'),
          },
          ...(place?.line !== undefined && { region: { startLine: place.line } }),
        },
        logicalLocations: [{ name: node.name, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'nodeAndRule/v1': `${node.name}/${rule}` },
  };
}

function notJudged(node: NodeReport) {
  return warning(`${node.name} was not judged: ${reasonOf(node)}`);
}

function warning(text: string) {
  return { level: 'warning' as const, message: { text } };
}
