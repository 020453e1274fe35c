import type { Finding } from '../judge/finding.ts';
import { worst } from '../judge/verdict.ts';
import type { Advice } from '../text/advice.ts';
import { docsUrl } from './docs.ts';
import { driftOf } from './drift.ts';
import { compareNames } from './names.ts';
import type { CheckReport, ClusterSummary, NodeReport, ReportFinding } from './report.ts';

/** The results of a check, from which its report is made. */
export interface ReportInput {
  run: {
    id: string;
    /** This program's version, without v. */
    version: string;
    startedAt: Date;
    durationSeconds: number;
    /** Whether a signal interrupted the run. */
    interrupted?: boolean;
    /** The ids of the rules that were judged, if not all were. */
    rules?: readonly string[] | undefined;
    /** The ids of the rules that --skip left out, if it alone chose. */
    skipped?: readonly string[] | undefined;
  };
  /** null: no cluster was used. */
  cluster: ClusterSummary | null;
  assumptions: readonly string[];
  /** One entry per selected node, in any order. */
  nodes: readonly NodeInput[];
  /** Pods that could not be confirmed deleted, as namespace/name. */
  leftovers: readonly string[];
}

/** A node that was judged, or the reason why not. */
export type NodeInput = Pick<NodeReport, 'name' | 'system' | 'image' | 'pool' | 'symptoms'> &
  ({ findings: readonly Finding[] } | { verdict: 'unknown' | 'skip'; reason: string; remedy?: readonly Advice[] });

/** Makes the public report: verdicts, counts, and nodes in the order of their names. */
export function buildReport(input: ReportInput): CheckReport {
  const { run } = input;
  const known: KnownFindings = new WeakMap();
  const nodes = input.nodes
    .map((node) => nodeReport(node, run.version, known))
    .sort((a, b) => compareNames(a.name, b.name));
  const drift = driftOf(nodes);
  return {
    apiVersion: 'netprereq/v1alpha1',
    kind: 'CheckReport',
    run: runReport(run),
    cluster: input.cluster,
    verdict: worstOf(nodes),
    summary: summarize(nodes),
    assumptions: [...input.assumptions],
    nodes,
    ...(drift.length > 0 && { drift }),
    leftovers: [...input.leftovers],
  };
}

/** The part about the run, in every document. */
export function runReport(run: ReportInput['run']): CheckReport['run'] {
  return {
    id: run.id,
    version: run.version,
    startedAt: run.startedAt.toISOString(),
    durationSeconds: Math.round(run.durationSeconds * 1000) / 1000,
    ...(run.interrupted ? { interrupted: true } : {}),
    ...(run.rules ? { rules: [...run.rules] } : {}),
    ...(run.skipped ? { skipped: [...run.skipped] } : {}),
  };
}

/** The order of a finding's and a state's fields in documents, the same for every rule; other fields follow. */
const FINDING = [
  'rule',
  'title',
  'verdict',
  'severity',
  'now',
  'boot',
  'reapply',
  'module',
  'message',
  'policy',
  'why',
  'fixable',
] as const;
const STATE = ['verdict', 'expected', 'actual', 'cause', 'source'] as const;

/** Public findings by their internal ones, so that equal findings of many nodes stay one object. */
type KnownFindings = WeakMap<Finding, ReportFinding>;

/** Public findings, with the address of each rule's documentation. */
export function findingsReport(
  findings: readonly Finding[],
  version: string,
  known: KnownFindings = new WeakMap(),
): ReportFinding[] {
  return findings.map((finding) => {
    const shown = known.get(finding) ?? findingReport(finding, version);
    known.set(finding, shown);
    return shown;
  });
}

function findingReport(finding: Finding, version: string): ReportFinding {
  const { now, boot, reapply } = finding;
  return {
    ...inOrder(finding, FINDING),
    now: inOrder(now, STATE),
    ...(boot && { boot: inOrder(boot, STATE) }),
    ...(reapply && { reapply: inOrder(reapply, STATE) }),
    remedy: [...finding.remedy],
    docs: docsUrl(version, finding.rule),
  };
}

function inOrder<T extends object>(value: T, keys: readonly (keyof T)[]): T {
  const first = keys.flatMap((key) => (key in value ? [[key, value[key]]] : []));
  return { ...Object.fromEntries(first), ...value };
}

function nodeReport(node: NodeInput, version: string, known: KnownFindings): NodeReport {
  const { name, system, image, pool, symptoms = [] } = node;
  const about = {
    system,
    ...(image && { image }),
    ...(pool !== undefined && { pool }),
    ...(symptoms.length > 0 && { symptoms }),
  };
  if (!('findings' in node)) {
    const { verdict, reason, remedy = [] } = node;
    return { name, verdict, reason, ...(remedy.length > 0 ? { remedy: [...remedy] } : {}), ...about, findings: [] };
  }
  const findings = findingsReport(node.findings, version, known);
  return { name, verdict: worstOf(findings), ...about, findings };
}

/** The verdict of several parts together. Without parts it is skip: the absence of findings never passes. */
export function worstOf(parts: readonly { verdict: CheckReport['verdict'] }[]): CheckReport['verdict'] {
  return worst([...parts.map((part) => part.verdict), 'skip']);
}

function summarize(nodes: readonly NodeReport[]): CheckReport['summary'] {
  const counts = { nodes: nodes.length, pass: 0, warn: 0, fail: 0, unknown: 0, skip: 0 };
  for (const node of nodes) counts[node.verdict] += 1;
  const bootJudged = nodes.some((node) => node.findings.some((finding) => finding.boot !== undefined));
  return bootJudged ? { ...counts, breakAtReboot: nodes.filter(breaksAtReboot).length } : counts;
}

/** Whether something required will be missing after a reboot of the node. */
export function breaksAtReboot(node: Pick<NodeReport, 'findings'>): boolean {
  return node.findings.some((finding) => finding.severity === 'required' && finding.boot?.verdict === 'fail');
}

/** Whether the state of something required is unknown after a reboot of the node. */
export function mayBreakAtReboot(node: Pick<NodeReport, 'findings'>): boolean {
  return node.findings.some((finding) => finding.severity === 'required' && finding.boot?.verdict === 'unknown');
}
