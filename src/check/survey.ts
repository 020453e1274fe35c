import { detectProfile } from '../cluster/detect.ts';
import { type ProfileOverrides, withOverrides } from '../cluster/overrides.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { readEvidence } from '../cluster/read.ts';
import { type Selection, selectNodes, skipReason } from '../cluster/select.ts';
import { findAgents, isClustersOwn } from '../cnis/agents.ts';
import { asNodesShow, type ShownCluster } from '../judge/as-nodes-show.ts';
import type { NodeProfile } from '../judge/node-profile.ts';
import type { Cluster, DaemonSet, Node } from '../kube/cluster.ts';
import { KubeError } from '../kube/errors.ts';
import { withAgentsImages } from '../pods/image.ts';
import { permissionError } from '../pods/permissions.ts';
import type { ClusterSummary } from '../report/report.ts';

/** Namespaces for the pods by default: they usually admit privileged pods. */
export const NAMESPACES = ['kube-system'] as const;

/** What is known about a cluster before the first pod. */
export interface Survey {
  summary: ClusterSummary;
  profile: ClusterProfile;
  /** All nodes' labels. */
  labels: readonly Node['labels'][];
  /** The selected ones. */
  nodes: readonly Node[];
  /** The selected ones that can run our pod. */
  targets: readonly Node[];
  daemonSets: readonly DaemonSet[];
}

export interface SurveyOptions {
  selection: Selection;
  overrides: ProfileOverrides;
  signal: AbortSignal;
}

/**
 * Reads from the API everything that is needed before the first pod, all requests at once.
 * @throws CheckError with the permissions that are missing, KubeError, UsageError for a selection that matches nothing
 */
export async function surveyCluster(
  cluster: Cluster,
  { selection, overrides, signal }: SurveyOptions,
): Promise<Survey> {
  const call = { signal };
  try {
    const [version, { selected, all }, evidence] = await Promise.all([
      cluster.version(call),
      selectNodes(cluster, selection, call),
      readEvidence(cluster, call),
    ]);
    const profile = withOverrides(detectProfile({ ...evidence, nodes: all }), overrides);
    const daemonSets = evidence.daemonSets ?? [];
    const nodes = withAgentsImages(selected, daemonSets);
    const targets = nodes.filter((node) => skipReason(node) === undefined);
    const summary = { server: cluster.server, version, ...known(profile, profile) };
    return { summary, profile, labels: all.map(({ labels }) => labels), nodes, targets, daemonSets };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const namespace = cluster.namespace?.explicit ? cluster.namespace.name : NAMESPACES[0];
    throw await permissionError(cluster, error, namespace, call);
  }
}

export function isForbidden(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 403;
}

/** The namespaces in which the pods could be, the likeliest first. */
export function namespaceCandidates(cluster: Cluster, daemonSets: readonly DaemonSet[]): string[] {
  if (cluster.namespace?.explicit) return [cluster.namespace.name];
  const cni = findAgents(daemonSets.filter(isClustersOwn)).map(({ daemonSet }) => daemonSet.namespace);
  return [...new Set([...NAMESPACES, ...cni, cluster.namespace?.name ?? 'default'])];
}

/** The report's summary of the cluster, including what its nodes have shown. */
export function reportedCluster(
  { summary, profile }: Pick<Survey, 'summary' | 'profile'>,
  nodes: ReadonlyMap<string, NodeProfile>,
): { cluster: ClusterSummary; assumptions: string[] } {
  const { profile: shown, assumptions } = asNodesShow(profile, nodes);
  return { cluster: { ...summary, ...known(profile, shown) }, assumptions };
}

function known(profile: ClusterProfile, shown: ShownCluster['profile']) {
  return {
    distribution: profile.distribution ?? null,
    cni: shown.cni ?? null,
    cniBackend: profile.cniBackend ?? null,
    podsOnBridge: shown.podsOnBridge ?? null,
    kubeProxyMode: shown.kubeProxyMode ?? null,
    ipFamilies: profile.ipFamilies ? [...profile.ipFamilies] : null,
  };
}
