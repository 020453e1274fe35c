import type { Finding, Verdict } from '../judge/finding.ts';

/**
 * The public answer of check: what -o json prints, versioned, its schema in docs/schema/check-report.json. Fields are only added,
 * enums may grow. Every other format is rendered from this.
 */
export interface CheckReport {
  apiVersion: 'netprereq/v1alpha1';
  kind: 'CheckReport';
  run: {
    id: string;
    /** This program's version. */
    version: string;
    /** RFC 3339. */
    startedAt: string;
    durationSeconds: number;
    /** The run was cut short by a signal; nodes without an answer are unknown. */
    interrupted?: true;
    /** The ids of the rules that were judged, where --only or --skip chose them; absent: all that there are. */
    rules?: string[];
  };
  /** null: --local without a cluster. */
  cluster: ClusterSummary | null;
  verdict: Verdict;
  summary: {
    nodes: number;
    pass: number;
    warn: number;
    fail: number;
    unknown: number;
    skip: number;
    /** Nodes on which something that is required now will be lost at the next boot; absent: boots were not judged. */
    breakAtReboot?: number;
  };
  /** What was assumed about the cluster because it could not be detected. */
  assumptions: string[];
  nodes: NodeReport[];
  /** Pods of this run that could not be confirmed deleted, as namespace/name. */
  leftovers: string[];
}

export interface ClusterSummary {
  server: string;
  version: string;
  distribution: string | null;
  cni: string | null;
  cniBackend: string | null;
  podsOnBridge: boolean | null;
  kubeProxyMode: string | null;
  ipFamilies: string[] | null;
}

export interface NodeReport {
  name: string;
  verdict: Verdict;
  /** Why there are no findings: the node was skipped, or could not be judged. */
  reason?: string;
  /** What to do about that. */
  remedy?: string[];
  system: { os: string | null; kernel: string | null; arch: string | null; runtime: string | null };
  findings: ReportFinding[];
}

export interface ReportFinding extends Omit<Finding, 'remedy'> {
  remedy: string[];
  /** URL of the rule's section in docs/rules.md. */
  docs: string;
}
