import { findAgents, isClustersOwn } from '../cnis/agents.ts';
import type { Cni } from '../cnis/cni.ts';
import { CNIS } from '../cnis/index.ts';
import type { DaemonSet, Node } from '../kube/cluster.ts';

export const DEFAULT_IMAGE = 'docker.io/library/busybox:1.37.0';

export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;

export interface ImageChoice {
  name: string;
  pullPolicy: (typeof PULL_POLICIES)[number];
}

/** Of the CNIs' own images, those that are known to do. */
const USABLE = CNIS.flatMap((cni: Cni) => [...(cni.images ?? [])]);

/**
 * The images to try on a node, in order. With --image only that one. Else an image that the node already holds, so that
 * a node without a registry can be read too, but only one that the cluster's own CNI runs: what some tenant once pulled
 * must never run privileged. Then the default.
 */
export function imageChoices(
  node: Pick<Node, 'images'>,
  daemonSets: readonly DaemonSet[],
  option: { name?: string | undefined; pullPolicy?: ImageChoice['pullPolicy'] | undefined },
): ImageChoice[] {
  if (option.name) return [{ name: option.name, pullPolicy: option.pullPolicy ?? 'IfNotPresent' }];
  const fallback: ImageChoice = { name: DEFAULT_IMAGE, pullPolicy: option.pullPolicy ?? 'IfNotPresent' };
  const held = new Set(node.images.flat().map(normalize));
  const own = findAgents(daemonSets.filter(isClustersOwn))
    .flatMap(({ daemonSet }) => daemonSet.containers.map(({ image }) => image))
    .find((image) => held.has(normalize(image)) && USABLE.some((pattern) => pattern.test(repository(image))));
  // Never: when the kubelet has just thrown the image away, the default is the better try than a pull.
  return own ? [{ name: own, pullPolicy: 'Never' }, fallback] : [fallback];
}

/** Nodes without the images that no DaemonSet runs, which are nearly all: imageChoices asks for no other. */
export function withAgentsImages<N extends Pick<Node, 'images'>>(
  nodes: readonly N[],
  daemonSets: readonly DaemonSet[],
): N[] {
  const run = new Set(daemonSets.flatMap(({ containers }) => containers.map(({ image }) => normalize(image))));
  return nodes.map((node) => {
    const images = node.images.filter((names) => names.some((name) => run.has(normalize(name))));
    return { ...node, images };
  });
}

/** What helps where this image cannot be had. */
export function imageRemedy(image: ImageChoice): string {
  return image.pullPolicy === 'Never'
    ? 'put the image on the node, or use --image-pull-policy=IfNotPresent'
    : 'name an image that this node holds or can pull: --image <image>, with --image-pull-secret if its registry needs one';
}

/** `busybox:1` → `docker.io/library/busybox:1`, as the kubelet reports it. */
function normalize(image: string): string {
  const first = image.split('/')[0] ?? '';
  if (!image.includes('/')) return `docker.io/library/${image}`;
  return first.includes('.') || first.includes(':') || first === 'localhost' ? image : `docker.io/${image}`;
}

function repository(image: string): string {
  return normalize(image)
    .replace(/@sha256:[0-9a-f]+$/, '')
    .replace(/:[^/:]+$/, '');
}
