import type { Log, ReportingDescriptor, Result } from 'sarif';
import { detailLines } from './detail-lines.ts';
import { renderJson } from './json.ts';
import { lastingName } from './name.ts';
import { reasonOf } from './reason.ts';
import type { CheckReport, NodeReport, ReportFinding } from './report.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const HOME = 'https://github.com/kubectl-netprereq/kubectl-netprereq';

/**
 * The report as SARIF 2.1.0: a result for each node and rule that fails, warns or is unknown. Its location is the file and line that
 * decide, on the node or in the image; if they are unknown, only the node. Nodes that were not judged are notifications.
 */
export function renderSarif({ nodes, run, cluster, leftovers }: CheckReport): string {
  const findings = nodes.flatMap((node) => node.findings.filter(isDeviation).map((finding) => ({ node, finding })));
  const unknown = nodes.filter(({ verdict, findings: none }) => verdict === 'unknown' && none.length === 0);
  const about = subjectOf(cluster, nodes);
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
        // The part up to the last slash is the category, by which later uploads replace earlier ones.
        automationDetails: { id: `kubectl-netprereq/${about}/${run.id}` },
        invocations: [
          {
            executionSuccessful: run.interrupted !== true && unknown.length === 0,
            startTimeUtc: run.startedAt,
            toolExecutionNotifications: [
              ...unknown.map(notJudged),
              ...leftovers.map((pod) => warning(`a pod may be left behind: ${pod}`)),
            ],
          },
        ],
        results: findings.map(({ node, finding }) => result(node, finding, about)),
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

function result(node: NodeReport, finding: ReportFinding, about: string): Result {
  const { rule, verdict, message } = finding;
  const place = [finding.now, finding.boot].flatMap((state) =>
    state?.source && state.verdict !== 'pass' && 'file' in state.source ? [state.source] : [],
  )[0];
  const name = lastingName(node);
  const file = place?.file ?? (node.image ? name : `nodes/${name}`);
  return {
    ruleId: rule,
    ...KINDS[verdict as keyof typeof KINDS],
    message: { text: [`${name}: ${message}`, ...detailLines(finding)].join('\n') },
    locations: [
      {
        // Uploads require a file with a relative address for every result: below the root of the node or image; without one, a name.
        physicalLocation: {
          artifactLocation: {
            uri: file.replace(/^\//, '').split('/').map(encodeURIComponent).join('/'),
          },
          ...(place?.line !== undefined && { region: { startLine: place.line } }),
        },
        logicalLocations: [{ name, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'nodeAndRule/v1': `${about}/${name}/${rule}` },
  };
}

/** What was checked, as text without a scheme: the server of a cluster, this host, or an image. */
function subjectOf(cluster: CheckReport['cluster'], [node]: CheckReport['nodes']): string {
  if (cluster !== null) return cluster.server.replace(/^[a-z]+:\/\//, '').replace(/\/+$/, '');
  return node?.image ? 'image' : 'local';
}

function notJudged(node: NodeReport) {
  return warning(`${lastingName(node)} was not judged: ${reasonOf(node)}`);
}

function warning(text: string) {
  return { level: 'warning' as const, message: { text } };
}
