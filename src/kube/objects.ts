import type { V1DaemonSet, V1Node, V1PodSpec } from '@kubernetes/client-node';
import type { DaemonSet, Node, ObjectMeta, Pod } from './cluster.ts';

/**
 * The API's objects cut down to what the rest of the program reads, so that nothing else of a large list is kept.
 * The V1 types name the fields; the objects are the JSON as it came, so times are text, and Go writes an empty list as null.
 */

/** The metadata of an object, from its JSON. */
export function toMeta(raw: unknown): ObjectMeta {
  const { metadata } = raw as { metadata?: Partial<ObjectMeta> };
  const { name = '', namespace, labels, annotations, creationTimestamp } = metadata ?? {};
  return { name, namespace, labels, annotations, creationTimestamp };
}

/** A Pod from its JSON; items of a list come without apiVersion and kind. */
export function toPod(raw: unknown): Pod {
  const { spec, status } = raw as Partial<Pod>;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: toMeta(raw),
    spec: spec ?? { containers: [] },
    ...(status ? { status } : {}),
  };
}

/** Equal texts as one: nodes of a cluster have the same images, a hundred names of them each. */
export function sameTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text) ?? text;
    if (known.size >= TEXTS_KEPT) known.clear();
    known.set(found, found);
    return found;
  };
}

const TEXTS_KEPT = 4096;

/** A Node from its JSON. @param same of the nodes of one list, what they have in common */
export function toNode(raw: unknown, same: (text: string) => string = (text) => text): Node {
  const { metadata, spec, status } = raw as V1Node;
  const info = status?.nodeInfo;
  return {
    name: metadata?.name ?? '',
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    podCIDRs: spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []),
    conditions: (status?.conditions ?? []).map(({ type, status, reason, message }) => ({
      type,
      status,
      reason,
      message,
    })),
    images: (status?.images ?? []).map((image) => (image.names ?? []).map(same)),
    system: {
      os: info?.operatingSystem ?? '',
      osImage: info?.osImage ?? '',
      kernel: info?.kernelVersion ?? '',
      arch: info?.architecture ?? '',
      runtime: info?.containerRuntimeVersion ?? '',
      kubelet: info?.kubeletVersion ?? '',
      bootId: info?.bootID ?? '',
    },
  };
}

/** A DaemonSet from its JSON. */
export function toDaemonSet(raw: unknown): DaemonSet {
  const { metadata, spec, status } = raw as V1DaemonSet;
  const template = spec?.template?.spec;
  const containers = (init: boolean) =>
    ((init ? template?.initContainers : template?.containers) ?? []).map(
      ({ name, image = '', command = [], args = [] }) => ({ name, image, init, command, args }),
    );
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    labels: metadata?.labels ?? {},
    containers: [...containers(true), ...containers(false)],
    configMaps: configMapsIn(template),
    ...(template?.nodeSelector && { nodeSelector: template.nodeSelector }),
    ...(status && { desired: status.desiredNumberScheduled }),
  };
}

/** The names of the ConfigMaps of a pod's volumes, then of its environment, each once. */
function configMapsIn(spec: V1PodSpec | undefined): string[] {
  const mounted = (spec?.volumes ?? []).flatMap(({ configMap, projected }) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  const environment = (spec?.containers ?? []).flatMap(({ env, envFrom }) => [
    ...(env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ...(envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
  ]);
  return [...new Set([...mounted, ...environment].flatMap((name) => name || []))];
}
