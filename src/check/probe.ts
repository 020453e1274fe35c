import type { FactsRequest } from '../facts/request.ts';
import type { Cluster, Node } from '../kube/cluster.ts';
import type { Outcome } from '../pods/answer.ts';
import { probeFleet } from '../pods/fleet.ts';
import { type ImageChoice, imageChoices } from '../pods/image.ts';
import { RUN_LABEL } from '../pods/labels.ts';
import { findLeftovers, runsOf } from '../pods/leftovers.ts';
import { chooseNamespace } from '../pods/namespace.ts';
import { permissionError } from '../pods/permissions.ts';
import { type ProbePodOptions, probePod } from '../pods/probe-pod.ts';
import { type Advice, run as command } from '../text/advice.ts';
import { counted } from '../text/listed.ts';
import { ProbeProgress } from './progress.ts';
import { isForbidden, namespaceCandidates, type Survey } from './survey.ts';

/** What a run needs to know about its pods. */
export interface PodOptions extends Omit<ProbePodOptions, 'node' | 'namespace' | 'image' | 'attempt' | 'request'> {
  image: { name?: string | undefined; pullPolicy?: ImageChoice['pullPolicy'] | undefined };
  /** The timeout was typed: it also holds for nodes whose kubelet has stopped reporting. */
  timeoutGiven?: boolean;
  /** The command that looks at the nodes, and is to be typed again; absent: check. */
  command?: 'check' | 'fix' | 'undo';
  concurrency: number;
  /** Aborted by the user: pods are deleted, nodes without an answer are unknown. */
  signal: AbortSignal;
}

/** The pods' namespace, and the pods whose deletion could not be confirmed, as namespace/name. */
export interface Probed {
  namespace: string;
  leftovers: string[];
}

/**
 * Reads each of the survey's targets through a pod, in the first namespace that admits one.
 * @param judge is called once for each target
 * @returns undefined: there are no targets
 */
export async function probeTargets(
  cluster: Cluster,
  { targets, daemonSets }: Pick<Survey, 'targets' | 'daemonSets'>,
  judge: (node: Node, outcome: Outcome) => void,
  options: PodOptions & { request: FactsRequest; onProgress(text: string): void; onNotice?(advice: Advice): void },
): Promise<Probed | undefined> {
  const { signal, onProgress, onNotice } = options;
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
  const progress = new ProbeProgress(targets.length, options.timeout);
  const show = () => onProgress(progress.line);
  // The progress line shows the time even if nothing happens.
  const clock = setInterval(show, 1000);
  const { leftovers, watchError } = await probeFleet({
    ...options,
    cluster,
    namespace,
    nodes: targets,
    images,
    onWaiting(node, at) {
      progress.waits(node.name, at);
      show();
    },
    onOutcome(node, outcome) {
      answered ||= 'facts' in outcome;
      judge(node, outcome);
      progress.done(node.name);
      show();
    },
  }).finally(() => clearInterval(clock));
  await noticed;
  if (!answered && isForbidden(watchError)) throw await permissionError(cluster, watchError, namespace, { signal });
  return { namespace, leftovers };
}

/** Killed runs may have left pods. The report names them; only `cleanup` deletes them. */
async function notifyLeftovers(
  cluster: Cluster,
  namespace: string,
  { run, signal }: Pick<PodOptions, 'run' | 'signal'>,
  onNotice: (advice: Advice) => void,
): Promise<void> {
  const left = await findLeftovers(cluster, namespace, 'dead', { signal }).catch(() => []);
  const others = left.filter(({ metadata }) => metadata.labels?.[RUN_LABEL] !== run);
  if (others.length === 0) return;
  const pods = `${counted(others.length, 'pod')} of killed runs (${runsOf(others).join(', ')})`;
  const lead = `note: ${pods} left in ${namespace}; to delete them`;
  onNotice(command(`kubectl netprereq cleanup -n ${namespace}`, lead));
}
