import type { FactsRequest } from '../facts/request.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { Outcome } from '../pods/answer.ts';
import { probeFleet } from '../pods/fleet.ts';
import { type ImageChoice, imageChoices } from '../pods/image.ts';
import { RUN_LABEL } from '../pods/labels.ts';
import { findLeftovers, runsOf } from '../pods/leftovers.ts';
import { chooseNamespace } from '../pods/namespace.ts';
import { permissionError } from '../pods/permissions.ts';
import { probePod } from '../pods/probe-pod.ts';
import { isForbidden, namespaceCandidates, type Survey } from './survey.ts';

/** What decides the pods that a run creates. */
export interface PodOptions {
  run: string;
  image: { name?: string | undefined; pullPolicy?: ImageChoice['pullPolicy'] | undefined };
  imagePullSecrets: readonly string[];
  priorityClass?: string | undefined;
  /** Pods without privilege, which read the node through a read-only volume. */
  leastPrivilege: boolean;
  /** Seconds per node. */
  timeout: number;
  concurrency: number;
  /** Aborted by the user: pods are deleted, nodes without an answer are unknown. */
  signal: AbortSignal;
}

/** Where pods were, and those that could not be confirmed deleted, as namespace/name. */
export interface Probed {
  namespace: string;
  leftovers: string[];
}

/**
 * Reads the survey's targets, each through a pod, in the first namespace that takes one.
 * @param judge is called once for each target
 * @returns undefined: there are no targets
 */
export async function probeTargets(
  cluster: Cluster,
  { targets, daemonSets }: Pick<Survey, 'targets' | 'daemonSets'>,
  judge: (node: Node, outcome: Outcome) => void,
  options: PodOptions & { request: FactsRequest; onNotice?(text: string): void },
): Promise<Probed | undefined> {
  const { signal, onNotice } = options;
  const images = (node: Node) => imageChoices(node, daemonSets, options.image);
  const [sample] = targets;
  const [image] = sample ? images(sample) : [];
  if (!sample || !image) return undefined;
  const namespace = await chooseNamespace(
    cluster,
    namespaceCandidates(cluster, daemonSets),
    (name) => probePod({ ...options, node: sample.name, image, namespace: name, attempt: 0 }),
    { signal },
  );
  const noticed = onNotice && notifyLeftovers(cluster, namespace, options, onNotice);
  let answered = false;
  const { leftovers, watchError } = await probeFleet({
    ...options,
    cluster,
    namespace,
    nodes: targets,
    images,
    onOutcome(node, outcome) {
      answered ||= 'facts' in outcome;
      judge(node, outcome);
    },
  });
  await noticed;
  if (!answered && isForbidden(watchError)) throw await permissionError(cluster, watchError, namespace, { signal });
  return { namespace, leftovers };
}

/** Earlier runs that were killed may have left pods; they are named, and only `cleanup` removes them. */
async function notifyLeftovers(
  cluster: Cluster,
  namespace: string,
  { run, signal }: Pick<PodOptions, 'run' | 'signal'>,
  onNotice: (text: string) => void,
): Promise<void> {
  const left = await findLeftovers(cluster, namespace, 'dead', { signal }).catch(() => []);
  const others = left.filter(({ metadata }) => metadata.labels?.[RUN_LABEL] !== run);
  if (others.length === 0) return;
  const pods = `${others.length} ${others.length === 1 ? 'pod' : 'pods'}`;
  onNotice(
    `note: ${pods} of killed runs (${runsOf(others).join(', ')}) in ${namespace}: kubectl netprereq cleanup -n ${namespace}`,
  );
}
