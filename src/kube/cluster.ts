/**
 * The port to the Kubernetes API: all that the rest of the program may ask of a cluster.
 * Only this folder imports the Kubernetes client; the types here are the fields that this program reads or
 * writes, not the API's full objects. Every call may reject with a KubeError (errors.ts), whose message is in
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

  /** All nodes that match, in pages of 250; nothing of a page is kept by the client. */
  nodes(query: { selector?: string }, call?: Call): AsyncGenerator<Node[]>;
  /** The names of all nodes or namespaces, as the server's cache has them. */
  names(resource: 'nodes' | 'namespaces', call?: Call): Promise<string[]>;
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

  /**
   * Creates the pod, or with dryRun has the server pretend to. Retried on 429, 5xx and connection resets, because the
   * name is fixed: a 409 on a pod that carries the same run label is that earlier attempt's success.
   */
  createPod(pod: Pod, call?: Call & { dryRun?: boolean }): Promise<Pod>;
  /** Deletes one pod with grace period 0; a pod that is not there is a success. */
  deletePod(namespace: string, name: string, call?: Call): Promise<void>;
  /** Pods of one namespace, or of all, by labels; whole objects. */
  pods(query: PodQuery, call?: Call): Promise<Pod[]>;
  /** The same without spec and status (PartialObjectMetadataList on the wire). */
  podMetadata(query: PodQuery, call?: Call): Promise<ObjectMeta[]>;
  /**
   * Lists, then watches, for as long as `call.signal` is not aborted: each pod's present state first, then every change.
   * Connections that drop and 410 Gone are handled by listing again; a pod that vanished meanwhile is reported as deleted.
   * Ends quietly when the signal is aborted; rejects when the server refuses for good (401, 403, 404).
   */
  watchPods(query: PodQuery & { namespace: string }, call: Call & { signal: AbortSignal }): AsyncGenerator<PodEvent>;
  /** A container's log, at most limitBytes of it. */
  podLog(
    namespace: string,
    name: string,
    query: { container: string; limitBytes: number },
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
}

export interface PodEvent {
  type: 'present' | 'deleted';
  pod: Pod;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** RFC 3339, as on the wire. */
  creationTimestamp?: string;
}

/** The part of a Node that decides whether and how it is checked. */
export interface Node {
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  podCIDRs: string[];
  conditions: { type: string; status: string; reason?: string; message?: string }[];
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
}

/** A pod as this program creates it (spec) and reads it back (status); what the server adds is ignored. */
export interface Pod {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: ObjectMeta;
  spec: PodSpec;
  status?: PodStatus;
}

export interface PodSpec {
  nodeName?: string;
  hostPID?: boolean;
  hostNetwork?: boolean;
  restartPolicy?: string;
  tolerations?: { key?: string; operator?: string; value?: string; effect?: string }[];
  activeDeadlineSeconds?: number;
  terminationGracePeriodSeconds?: number;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  priorityClassName?: string;
  runtimeClassName?: string;
  imagePullSecrets?: { name: string }[];
  volumes?: Volume[];
  containers: Container[];
}

export interface Volume {
  name: string;
  hostPath?: { path: string; type?: string };
}

export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string }[];
  volumeMounts?: VolumeMount[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: SecurityContext;
}

export interface VolumeMount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
}

export interface SecurityContext {
  privileged?: boolean;
  runAsUser?: number;
  runAsNonRoot?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type: string };
}

export interface PodStatus {
  phase?: string;
  /** When the kubelet took it. */
  startTime?: string;
  reason?: string;
  message?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  containerStatuses?: ContainerStatus[];
}

export interface ContainerStatus {
  name: string;
  image?: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: { exitCode: number; signal?: number; reason?: string; message?: string };
  };
}
