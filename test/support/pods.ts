import { type AdmissionContext, admitPod } from './admission.ts';
import type { Effects } from './faults.ts';
import type { KubeObject, Pod } from './objects.ts';
import { timestamp } from './objects.ts';
import { alreadyExists, badRequest, notFound } from './status.ts';

/** What the kubelet behind the API server knows of a container's output. */
export type ReadLog = (pod: Pod, container: string) => Buffer;

export interface PodApi {
  create: (body: unknown, request: CreateRequest) => Pod;
  remove: (namespace: string, name: string, options: DeleteOptions) => Pod;
  log: (namespace: string, name: string, query: URLSearchParams) => Buffer;
}

export interface CreateRequest {
  namespace: string;
  effects: Effects;
  manager: string;
  dryRun: boolean;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number | undefined;
  uid?: string | undefined;
  dryRun?: boolean | undefined;
}

/** The operations on pods that are more than reading; all throw ApiError. */
export function podApi(context: AdmissionContext, readLog: ReadLog): PodApi {
  const { store } = context;

  function existing(namespace: string, name: string): Pod {
    const found = store.get('pods', namespace, name);
    if (!found) throw notFound({ resource: 'pods', name });
    return found as Pod;
  }

  return {
    create(body, { namespace, effects, manager, dryRun }) {
      const pod = admitPod(context, { pod: asPod(body, namespace), namespace, effects, manager });
      const { name } = pod.metadata;
      if (store.get('pods', namespace, name)) throw alreadyExists({ resource: 'pods', name });
      // A dry run gets an identity like any other answer, and nothing is kept.
      if (dryRun)
        return { ...pod, metadata: { uid: crypto.randomUUID(), creationTimestamp: timestamp(), ...pod.metadata } };
      return store.create(pod);
    },

    remove(namespace, name, { gracePeriodSeconds, uid, dryRun }) {
      const pod = existing(namespace, name);
      if (uid !== undefined && uid !== pod.metadata.uid) throw notFound({ resource: 'pods', name });
      const grace = gracePeriod(pod, gracePeriodSeconds);
      if (dryRun) return pod;
      const marked = store.replace(markedDeleted(pod, grace)) ?? pod;
      return grace === 0 ? (store.remove(marked) ?? marked) : marked;
    },

    log(namespace, name, query) {
      const pod = existing(namespace, name);
      const [only] = pod.spec.containers;
      const container = query.get('container') ?? only?.name ?? '';
      if (!pod.spec.containers.some((candidate) => candidate.name === container)) {
        throw badRequest(`container ${container} is not valid for pod ${name}`);
      }
      const state = pod.status.containerStatuses?.find((candidate) => candidate.name === container)?.state;
      if (!state?.running && !state?.terminated) {
        const why = state?.waiting?.reason ?? 'ContainerCreating';
        throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`);
      }
      const log = readLog(pod, container);
      const limit = Number(query.get('limitBytes') ?? log.length);
      return tail(log, query.get('tailLines')).subarray(0, limit);
    },
  };
}

function tail(log: Buffer, lines: string | null): Buffer {
  if (lines === null) return log;
  const kept = log.toString('latin1').split(/(?<=\n)/);
  return Buffer.from(kept.slice(Math.max(0, kept.length - Number(lines))).join(''), 'latin1');
}

function asPod(body: unknown, namespace: string): Pod {
  const pod = body as Partial<KubeObject> | undefined;
  if (pod?.kind !== 'Pod' || pod.apiVersion !== 'v1') {
    throw badRequest(`the object provided is unrecognized (must be of type Pod): couldn't get version/kind`);
  }
  if ((pod.metadata?.namespace ?? namespace) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const spec = { containers: [], ...pod.spec };
  return { ...pod, metadata: { ...pod.metadata }, spec } as unknown as Pod;
}

/** A pod that no node runs, or that has ended, needs no grace. */
function gracePeriod({ spec, status }: Pod, asked: number | undefined): number {
  if (!spec.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
  return asked ?? spec.terminationGracePeriodSeconds ?? 30;
}

function markedDeleted(pod: Pod, grace: number): Pod {
  const { metadata } = pod;
  return {
    ...pod,
    metadata: {
      ...metadata,
      generation: (metadata.generation ?? 1) + 1,
      deletionTimestamp: timestamp(new Date(Date.now() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
    },
  };
}
