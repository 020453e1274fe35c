import type { V1Container, V1ContainerStatus, V1PodSpec, V1PodStatus, V1VolumeMount } from '@kubernetes/client-node';

/**
 * The port to the Kubernetes API: all that the rest of the program may ask of a cluster.
 * Only this folder imports the Kubernetes client; what is read of the API are the fields that this program knows, not whole objects. Every call may reject with a KubeError (errors.ts), whose message is in
 * kubectl's words; aborting `signal` rejects with the signal's reason.
 */
export interface Cluster {
  /** The API server's URL, as the kubeconfig has it. */
  readonly server: string;
  /** The namespace of -n, else of the current context; undefined when neither names one. */
  readonly namespace: { readonly name: string; readonly explicit: boolean } | undefined;

  /** GET /version: the server's gitVersion. The first request of a run: it warms connection and credential. */
  version(call?: Call): Promise<string>;
  /** The server's clock, from the Date header of its latest answer; undefined before the first one. */
  serverTime(): Date | undefined;
  /** SelfSubjectAccessReview. */
  allowed(access: Access, call?: Call): Promise<boolean>;
  /** SelfSubjectReview: the user's name as the server authenticates it; servers before 1.28 have none (404). */
  userName(call?: Call): Promise<string>;

  /** All nodes, or the one of this name, in pages of 250; nothing of a page is kept by the client. */
  nodes(call?: Call & { name?: string }): AsyncGenerator<Node[]>;
  /** The names of all nodes or namespaces, or of those with these labels, as the server's cache has them. */
  names(resource: 'nodes' | 'namespaces', call?: Call & { selector?: string }): Promise<string[]>;
  /** DaemonSets of all namespaces. */
  daemonSets(call?: Call): Promise<DaemonSet[]>;
  /** A ConfigMap's data; undefined when there is none of that name. */
  configMap(namespace: string, name: string, call?: Call): Promise<Record<string, string> | undefined>;
  /** A Service's clusterIPs and ipFamilies; undefined when there is none of that name. */
  service(
    namespace: string,
    name: string,
    call?: Call,
  ): Promise<{ clusterIPs: string[]; ipFamilies: string[] } | undefined>;
  /** The CIDRs of all ServiceCIDR objects; rejects on servers before 1.33, which have none (404). */
  serviceCidrs(call?: Call): Promise<string[]>;

  /**
   * Creates the pod, or with dryRun has the server pretend to. Retried on 429, 5xx and connection resets, because the
   * name is fixed: a 409 on a pod that carries the same run label is that earlier attempt's success.
   */
  createPod(pod: Pod, call?: Call & { dryRun?: boolean }): Promise<Pod>;
  /** Deletes one pod with grace period 0, unless it is to have its own; a pod that is not there is a success. */
  deletePod(namespace: string, name: string, call?: Call & { gracefully?: boolean }): Promise<void>;
  /** Pods of one namespace, or of all, by labels; whole objects. */
  pods(query: PodQuery, call?: Call): Promise<Pod[]>;
  /** The same without spec and status (PartialObjectMetadataList on the wire). */
  podMetadata(query: PodQuery, call?: Call): Promise<ObjectMeta[]>;
  /**
   * Lists, then watches, for as long as `call.signal` is not aborted: each pod's present state first, then every change.
   * Connections that drop and 410 Gone are handled by listing again, and each pod's present state comes once more; a pod that vanished
   * meanwhile is reported as deleted.
   * Ends quietly when the signal is aborted; rejects when the server refuses for good (401, 403, 404).
   */
  watchPods(query: PodQuery & { namespace: string }, call: Call & { signal: AbortSignal }): AsyncGenerator<PodEvent>;
  /** A container's log, at most limitBytes of it. */
  podLog(
    namespace: string,
    name: string,
    query: { container: string; limitBytes: number; tailLines?: number; previous?: boolean },
    call?: Call,
  ): Promise<string>;

  /** Closes connections. */
  close(): Promise<void>;
}

export interface Call {
  /** The caller's own wish to stop. */
  signal?: AbortSignal;
  /**
   * Milliseconds, logging in apart, that an answer may take, and after which the request is not sent again: then the call rejects
   * with a KubeError. A longer --request-timeout holds in its place, because whoever gave that knows the server.
   */
  timeoutMs?: number;
  /**
   * How long the call waits before it is sent to a server that has had too many requests (429), beyond timeoutMs if need be. When this is
   * aborted, it rejects with what the server said. A request under way is not cut off.
   */
  patience?: AbortSignal;
}

export interface Access {
  verb: string;
  resource: string;
  namespace?: string;
}

export interface PodQuery {
  namespace?: string;
  labelSelector: string;
  fieldSelector?: string;
  /** At most this many. */
  limit?: number;
}

export interface PodEvent {
  type: 'present' | 'deleted';
  pod: Pod;
}

export interface ObjectMeta {
  name: string;
  namespace?: string | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  /** RFC 3339, as on the wire. */
  creationTimestamp?: string | undefined;
}

/** The part of a Node that decides whether and how it is checked. */
export interface Node {
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  podCIDRs: string[];
  conditions: { type: string; status: string; reason?: string | undefined; message?: string | undefined }[];
  /** Names of the images the node holds (at most 50 images with 5 names each: kubelet defaults). */
  images: string[][];
  system: {
    os: string;
    osImage: string;
    kernel: string;
    arch: string;
    runtime: string;
    kubelet: string;
    /** The kubelet's reading of /proc/sys/kernel/random/boot_id. */
    bootId: string;
  };
}

export interface DaemonSet {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  /** The pod template's containers, init containers included (init: true). */
  containers: { name: string; image: string; init: boolean; command: string[]; args: string[] }[];
  /** The ConfigMaps of its namespace that its volumes and its environment name. */
  configMaps?: string[];
  nodeSelector?: Record<string, string>;
  /** How many nodes are to run it, as its controller counts. */
  desired?: number;
}

/** A pod as this program creates it (spec) and reads it back (status); what the server adds is ignored. */
export interface Pod {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: ObjectMeta;
  spec: PodSpec;
  status?: PodStatus;
}

export type PodSpec = V1PodSpec;
export type Container = V1Container;
export type VolumeMount = V1VolumeMount;

/** Times are text, as on the wire. */
export type PodStatus = Omit<V1PodStatus, 'startTime' | 'initContainerStatuses' | 'containerStatuses'> & {
  /** When the kubelet took it. */
  startTime?: string;
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
};
export type ContainerStatus = Partial<V1ContainerStatus> & Pick<V1ContainerStatus, 'name'>;
