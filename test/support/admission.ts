import { type Effects, effectOf, type MutateFault } from './faults.ts';
import type { Container, KubeObject, Pod, PodSpec } from './objects.ts';
import { managedFields, podWithDefaults, validatePod } from './pod-defaults.ts';
import { podSecurityViolation } from './pod-security.ts';
import { ApiError, forbidden, notFound } from './status.ts';
import type { Store } from './store.ts';

/** A namespace, with what admission enforces in it. */
export interface NamespaceOptions {
  name: string;
  /** pod-security.kubernetes.io/enforce and others. */
  labels?: Record<string, string>;
  /** A ResourceQuota of so many pods that have not ended. */
  quota?: { name: string; pods: number };
}

export interface AdmissionContext {
  store: Store;
  namespaces: ReadonlyMap<string, NamespaceOptions>;
  allowPrivileged: boolean;
}

export interface PodRequest {
  pod: Pod;
  namespace: string;
  effects: Effects;
  /** The writer named in managedFields: the first word of the User-Agent. */
  manager: string;
}

/** The pod as it will be stored, mutated, completed, validated. Throws an ApiError when it is refused. */
export function admitPod(context: AdmissionContext, { pod, namespace, effects, manager }: PodRequest): Pod {
  const owner = context.namespaces.get(namespace);
  if (!owner) throw notFound({ resource: 'namespaces', name: namespace });
  const mutations = effects.filter((effect) => effect.effect === 'mutate');
  const admitted = podWithDefaults(mutations.reduce(mutate, pod), namespace);
  validatePod(admitted, context.allowPrivileged);
  refuseByWebhook(effects);
  refuseByPolicy(admitted, effectOf(effects, 'pod-security')?.level ?? enforcedLevel(owner));
  refuseByQuota(context, admitted, owner, effects);
  const { status: _, ...written } = admitted;
  return { ...admitted, metadata: { ...admitted.metadata, managedFields: [managedFields(manager, written)] } };
}

function mutate(pod: Pod, { strip = [], sidecar, registry }: MutateFault): Pod {
  const containers = [...pod.spec.containers, ...(sidecar ? [sidecar] : [])].map((container): Container => {
    const { securityContext = {}, image = '' } = container;
    const { privileged: _, ...unprivileged } = securityContext;
    return {
      ...container,
      ...(registry ? { image: replaceRegistry(image, registry) } : {}),
      ...(strip.includes('privileged') ? { securityContext: unprivileged } : {}),
    };
  });
  const spec: PodSpec = { ...pod.spec, containers };
  if (strip.includes('hostNetwork')) delete spec.hostNetwork;
  if (strip.includes('hostPID')) delete spec.hostPID;
  return { ...pod, spec };
}

/** docker.io/library/busybox:1.37.0 and busybox:1.37.0 become REGISTRY/library/busybox:1.37.0 and REGISTRY/busybox:1.37.0. */
function replaceRegistry(image: string, registry: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return `${registry}/${hasRegistry ? rest.join('/') : image}`;
}

function refuseByWebhook(effects: Effects): void {
  const denial = effectOf(effects, 'deny');
  if (!denial) return;
  const message = `admission webhook "${denial.webhook}" denied the request: ${denial.message}`;
  throw new ApiError(denial.code ?? 400, undefined, message);
}

const enforcedLevel = ({ labels }: NamespaceOptions) => labels?.['pod-security.kubernetes.io/enforce'];

function refuseByPolicy(pod: Pod, level: string | undefined): void {
  const violation = podSecurityViolation(pod, level);
  if (violation) throw forbidden({ resource: 'pods', name: pod.metadata.name }, violation);
}

function refuseByQuota(context: AdmissionContext, pod: Pod, owner: NamespaceOptions, effects: Effects): void {
  const fault = effectOf(effects, 'quota');
  const hard = fault?.hard ?? owner.quota?.pods;
  // Counted only where there is a limit: a thousand pods would count each other.
  if (hard === undefined) return;
  const used = fault?.used ?? context.store.list('pods', owner.name).filter(counted).length;
  if (used < hard) return;
  const quota = fault?.quota ?? owner.quota?.name;
  const amounts = `requested: pods=1, used: pods=${used}, limited: pods=${hard}`;
  throw forbidden({ resource: 'pods', name: pod.metadata.name }, `exceeded quota: ${quota}, ${amounts}`);
}

/** Pods that have ended do not count. */
const counted = (object: KubeObject) => !['Succeeded', 'Failed'].includes((object as Pod).status.phase);
