import type { Finding, Verdict } from '../judge/finding.ts';
import type { Advice } from '../text/advice.ts';

/**
 * The public report of check, as -o json prints it: versioned, with its schema in docs/schema/check-report.json. Fields are only
 * added, enums may grow. All other formats are rendered from it.
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
    /** A signal interrupted the run; nodes without an answer are unknown. */
    interrupted?: true;
    /** The ids of the rules that were judged, if --only or --skip chose them; absent: all rules. */
    rules?: string[];
    /** The ids of the rules that --skip left out, if it alone chose them. */
    skipped?: string[];
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
    /** Nodes on which something required will be missing after a reboot; absent: boots were not judged. */
    breakAtReboot?: number;
  };
  /** What was assumed about the cluster because it could not be detected. */
  assumptions: string[];
  nodes: NodeReport[];
  /** Pools in which a few nodes differ from the others although they pass; absent: there are none. */
  drift?: Drift[];
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
  /** What to do about it. */
  remedy?: Advice[];
  system: { os: string | null; kernel: string | null; arch: string | null; runtime: string | null };
  /** An image, and the root directory in which its files were read; absent: a node that runs. */
  image?: { root: string };
  /** Its pool or its role in the cluster, whose nodes should be alike; absent without a cluster. */
  pool?: string;
  /** Pods of the network that do not run properly there; absent: none was seen, or nothing fails. */
  symptoms?: Symptom[];
  findings: ReportFinding[];
}

export interface ReportFinding extends Omit<Finding, 'remedy'> {
  remedy: Advice[];
  /** URL of the rule's section in docs/rules.md. */
  docs: string;
}

/** A value that most nodes of a pool share and a few do not. */
export interface Drift {
  pool: string;
  /** A pool can have several architectures, each with its own kernels; null: unknown. */
  arch: string | null;
  /** The number of nodes of the pool and architecture that have a value. */
  of: number;
  /** kernel, os, runtime, or a rule's id; with `boot`, its state after a reboot. */
  what: string;
  boot?: true;
  /** What the others have. */
  most: string;
  /** In the order of their names. */
  nodes: { name: string; value: string }[];
}

/** A pod of the cluster's network that does not run properly. */
export interface Symptom {
  /** namespace/name */
  pod: string;
  /** The kubelet's reason, such as CrashLoopBackOff; or "not ready". */
  state: string;
  restarts: number;
  /** The line of its log's end that shows the cause; otherwise the last line. */
  line?: string;
  /** The rule that matches this line. */
  rule?: string;
}
