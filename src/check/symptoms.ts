import { findAgents, isClustersOwn } from '../cnis/agents.ts';
import { lastMessage } from '../judge/recognize-rules.ts';
import type { Rule } from '../judge/rule.ts';
import type { Cluster, ContainerStatus, DaemonSet, Pod } from '../kube/cluster.ts';
import type { Symptom } from '../report/report.ts';
import { excerpt } from '../text/excerpt.ts';

/** How many failing nodes to examine: some are enough. Each costs a request per namespace, and one per pod. */
const NODES_ASKED = 10;
const ANSWER_MS = 5_000;
/** The limit for all these requests together, whatever --request-timeout says. */
const ALL_MS = 8_000;
/** How much of the end of a log to read. */
const LOG = { limitBytes: 262_144, tailLines: 30 };
/** What the kubelet answers in place of a log. */
const NO_LOG = /^unable to retrieve container logs/;
/** Reasons to wait that are not a problem. */
const STARTING = new Set([undefined, 'ContainerCreating', 'PodInitializing']);

/**
 * The pods of the CNI's agents and of kube-proxy that do not run properly on these nodes. What cannot be read, or not in time, is
 * left out: this explains a failure and decides nothing.
 * @param nodes names of failing nodes
 * @param rules their messages are searched in the last lines of the pods' logs
 */
export async function symptomsOn(
  cluster: Cluster,
  daemonSets: readonly DaemonSet[],
  nodes: readonly string[],
  rules: readonly Rule[],
  signal: AbortSignal,
): Promise<Map<string, Symptom[]>> {
  const own = daemonSets.filter(isClustersOwn);
  const agents = [
    ...findAgents(own).map(({ daemonSet }) => daemonSet),
    ...own.filter(({ name }) => name === 'kube-proxy'),
  ];
  const call = { signal: AbortSignal.any([signal, AbortSignal.timeout(ALL_MS)]), timeoutMs: ANSWER_MS };
  const found = nodes.slice(0, NODES_ASKED).map(async (node): Promise<[string, Symptom[]]> => {
    const lists = [...Map.groupBy(agents, ({ namespace }) => namespace)].map(async ([namespace, sets]) => {
      const query = { namespace, labelSelector: '', fieldSelector: `spec.nodeName=${node}` };
      const pods = await cluster.pods(query, call).catch(() => []);
      const ofAgents = pods.filter(({ metadata }) => sets.some(({ name }) => isOf(metadata.name, name)));
      return Promise.all(ofAgents.map((pod) => symptomOf(cluster, pod, rules, call)));
    });
    return [node, (await Promise.all(lists)).flat().flatMap((symptom) => symptom ?? [])];
  });
  return new Map(await Promise.all(found));
}

async function symptomOf(
  cluster: Cluster,
  { metadata: { namespace = '', name }, status }: Pod,
  rules: readonly Rule[],
  call: { signal: AbortSignal; timeoutMs: number },
): Promise<Symptom | undefined> {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const sick = statuses.find(isSick);
  if (!sick) return undefined;
  const { name: container, restartCount = 0, state, lastState } = sick;
  const told =
    (state?.terminated ?? lastState?.terminated)?.message ??
    (await cluster
      .podLog(
        namespace,
        name,
        { container, ...LOG, previous: restartCount > 0 && state?.terminated === undefined },
        call,
      )
      .catch(() => ''));
  const recognized = lastMessage(told, rules);
  const line = recognized?.line ?? told.split('\n').findLast((each) => each.trim() !== '' && !NO_LOG.test(each));
  return {
    pod: `${namespace}/${name}`,
    state: state?.waiting?.reason ?? 'not ready',
    restarts: restartCount,
    ...(line !== undefined && { line: excerpt(line.trim(), 240) }),
    ...(recognized && { rule: recognized.rule.id }),
  };
}

/** A pod's name is its DaemonSet's name and five letters or digits: this tells cilium from cilium-envoy. */
function isOf(pod: string, daemonSet: string): boolean {
  return pod.startsWith(`${daemonSet}-`) && /^[a-z0-9]{5}$/.test(pod.slice(daemonSet.length + 1));
}

/** It crash-loops, cannot start, or has been restarted and is not ready. */
function isSick({ ready, restartCount = 0, state }: ContainerStatus): boolean {
  if (state?.waiting) return !STARTING.has(state.waiting.reason);
  return ready === false && restartCount > 0;
}
