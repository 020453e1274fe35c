import { randomBytes } from 'node:crypto';
import { type Container, type KubeObject, type Pod, type PodSpec, timestamp } from './objects.ts';
import { type Cause, invalid } from './status.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const required = (field: string, what = ''): Cause => {
  return { reason: 'FieldValueRequired', message: `Required value${what}`, field };
};

/** Throws a 422 that names every wrong field. `allowPrivileged`: the API server's flag of that name. */
export function validatePod(pod: Pod, allowPrivileged: boolean): void {
  const { name = '' } = pod.metadata;
  const causes: Cause[] = [];
  if (name === '') causes.push(required('metadata.name', ': name or generateName is required'));
  else if (!subdomain.test(name) || name.length > 253) {
    const message = `Invalid value: "${name}": ${name.length > 253 ? 'must be no more than 253 characters' : subdomainRule}`;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'metadata.name' });
  }
  if (pod.spec.containers.length === 0) causes.push(required('spec.containers'));
  for (const [index, { name: container, image, securityContext }] of pod.spec.containers.entries()) {
    const field = `spec.containers[${index}]`;
    if (!container) causes.push(required(`${field}.name`));
    if (!image) causes.push(required(`${field}.image`));
    if (securityContext?.privileged && !allowPrivileged) {
      const message = 'Forbidden: disallowed by cluster policy';
      causes.push({ reason: 'FieldValueForbidden', message, field: `${field}.securityContext.privileged` });
    }
  }
  if (causes.length > 0) throw invalid('Pod', name, causes);
}

function containerWithDefaults(container: Container, mounts: Container['volumeMounts'] = []): Container {
  const volumeMounts = [...(container.volumeMounts ?? []), ...mounts];
  return {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: /:latest$|^[^:@]+$/.test(container.image ?? '') ? 'Always' : 'IfNotPresent',
    ...container,
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  };
}

/** What the ServiceAccount admission mounts unless the pod declines it. */
function tokenVolume(spec: PodSpec): { volume: NonNullable<PodSpec['volumes']>; mount: Container['volumeMounts'] } {
  if (spec.automountServiceAccountToken === false) return { volume: [], mount: [] };
  const name = `kube-api-access-${randomBytes(3).toString('hex').slice(0, 5)}`;
  return {
    volume: [{ name }],
    mount: [{ name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
  };
}

/** DefaultTolerationSeconds: five minutes on a node that is lost, unless the pod says otherwise. */
function tolerations(spec: PodSpec): NonNullable<PodSpec['tolerations']> {
  const own = spec.tolerations ?? [];
  const defaults = ['not-ready', 'unreachable']
    .map((name) => `node.kubernetes.io/${name}`)
    .filter((key) => !own.some((one) => one.operator === 'Exists' && (!one.key || one.key === key)))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  return [...own, ...defaults];
}

/** The pod as the API server completes it before admission's webhooks and the storage see it. */
export function podWithDefaults(pod: Pod, namespace: string): Pod {
  const { generateName, name } = pod.metadata;
  const { volume, mount } = tokenVolume(pod.spec);
  const volumes = [...(pod.spec.volumes ?? []), ...volume];
  const spec = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    serviceAccount: 'default',
    securityContext: {},
    schedulerName: 'default-scheduler',
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    ...pod.spec,
    ...(volumes.length > 0 ? { volumes } : {}),
    tolerations: tolerations(pod.spec),
    containers: pod.spec.containers.map((container) => containerWithDefaults(container, mount)),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...pod.metadata,
      name: name || (generateName ? `${generateName}${randomBytes(3).toString('hex').slice(0, 5)}` : ''),
      namespace,
      generation: 1,
    },
    spec,
    status: { phase: 'Pending', qosClass: qosClass(pod.spec) },
  };
}

function qosClass({ containers }: PodSpec): string {
  const amounts = containers.map(({ resources }) => [resources?.requests, resources?.limits]);
  if (amounts.flat().every((amount) => !amount || Object.keys(amount).length === 0)) return 'BestEffort';
  const guaranteed = containers.every(({ resources }) => {
    const { requests = resources?.limits, limits } = resources ?? {};
    return limits?.cpu && limits.memory && requests?.cpu === limits.cpu && requests.memory === limits.memory;
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Server-side apply's bookkeeping of one writer: a third of a pod's size on the wire, so no measurement may lack it. */
export function managedFields(manager: string, object: Partial<KubeObject>, subresource?: string): object {
  const { labels, annotations } = object.metadata ?? {};
  const metadata = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  const { spec, status } = object;
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: timestamp(),
    fieldsType: 'FieldsV1',
    fieldsV1: ownedFields({
      ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
      ...(spec ? { spec } : {}),
      ...(status ? { status } : {}),
    }),
    ...(subresource ? { subresource } : {}),
  };
}

function ownedFields(value: object): object {
  const entries = Object.entries(value).map(([name, child]) => [`f:${name}`, ownedField(child)]);
  return Object.fromEntries(entries);
}

function ownedField(value: unknown): object {
  if (Array.isArray(value)) {
    const keyed = value.map((item) => [listKey(item), { '.': {}, ...ownedFields(item) }] as const);
    return keyed.every(([key]) => key !== undefined) ? Object.fromEntries(keyed) : {};
  }
  return typeof value === 'object' && value !== null ? { '.': {}, ...ownedFields(value) } : {};
}

/** Lists are tracked by element where Kubernetes defines a merge key; others are one field. */
function listKey(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const key = ['name', 'type', 'ip'].find((candidate) => candidate in item && !('state' in item));
  return key && `k:${JSON.stringify({ [key]: (item as Record<string, unknown>)[key] })}`;
}
