import type { NodeOptions } from './node-object.ts';
import { defaultImages } from './node-object.ts';
import type { Container, ContainerState } from './objects.ts';

/** Docker's short names are spelt out in node.status.images. */
function canonicalImage(image: string): string {
  const [first = '', ...rest] = image.split('/');
  if (rest.length === 0) return `docker.io/library/${image}`;
  return /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}

/** The names of the node's image that this reference means; undefined: the node does not hold it. */
export function heldImage({ images = defaultImages }: NodeOptions, image: string): readonly string[] | undefined {
  return images.find((names) => names.map(canonicalImage).includes(canonicalImage(image)));
}

type Waiting = NonNullable<ContainerState['waiting']>;

/** Why the container cannot start for want of its image, as the kubelet says it first; undefined: it can. */
export function imageProblem(node: NodeOptions, { image = '', imagePullPolicy }: Container): Waiting | undefined {
  const held = heldImage(node, image) !== undefined;
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    return held ? undefined : { reason: 'ErrImageNeverPull', message };
  }
  const pulls = !held || imagePullPolicy === 'Always';
  return pulls && node.behaviour === 'pullFails' ? { reason: 'ErrImagePull', message: pullError(image) } : undefined;
}

/** What the kubelet says between its attempts to pull. */
export function backOff(image: string, { reason, message }: Waiting): Waiting {
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ${reason}: ${message}` };
}

/** What a pull from a registry that nobody can reach says. */
function pullError(image: string): string {
  const reference = canonicalImage(image);
  const [host = '', ...path] = reference.split('/');
  const [repository, tag = 'latest'] = path.join('/').split(':');
  const registry = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const head = `Head "https://${registry}/v2/${repository}/manifests/${tag}"`;
  return (
    `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ` +
    `failed to do request: ${head}: dial tcp: lookup ${registry} on 10.0.0.53:53: no such host`
  );
}
