import type { Finding, Verdict } from '../judge/finding.ts';
import type { Advice } from '../text/advice.ts';

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
  /** Where a few nodes of a pool are not as the others, although they pass; absent: nowhere. */
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
  /** What to do about that. */
  remedy?: Advice[];
  system: { os: string | null; kernel: string | null; arch: string | null; runtime: string | null };
  /** An image, and the root directory in which its files were read; absent: a node that runs. */
  image?: { root: string };
  /** The nodes that it is meant to be like: its pool, or its part in the cluster; absent without a cluster. */
  pool?: string;
  /** Pods of the network that do not run as they should there; absent: none was seen, or nothing fails. */
  symptoms?: Symptom[];
  findings: ReportFinding[];
}

export interface ReportFinding extends Omit<Finding, 'remedy'> {
  remedy: Advice[];
  /** URL of the rule's section in docs/rules.md. */
  docs: string;
}

/** Something that most nodes of a pool have alike, and a few otherwise. */
export interface Drift {
  pool: string;
  /** Pools may be of several architectures, which have kernels of their own; null: not known. */
  arch: string | null;
  /** Nodes of the pool, of this architecture, that tell of it. */
  of: number;
  /** kernel, os, runtime, or a rule's id; with `boot` what the next boot makes of it. */
  what: string;
  boot?: true;
  /** What the others have. */
  most: string;
  /** In the order of their names. */
  nodes: { name: string; value: string }[];
}

/** A pod of the cluster's network that does not run as it should. */
export interface Symptom {
  /** namespace/name */
  pod: string;
  /** The kubelet's own word, such as CrashLoopBackOff; or "not ready". */
  state: string;
  restarts: number;
  /** Of what it said last, the line that shows why; else its last line. */
  line?: string;
  /** The rule that this line is about. */
  rule?: string;
}
