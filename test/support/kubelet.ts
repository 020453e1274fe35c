import type { Pod } from './objects.ts';
import { type End, type KubeletNode, PodRun, type RunLog } from './pod-run.ts';
import type { Change, Store } from './store.ts';
import type { Timing } from './timing.ts';

/** Something that a kubelet did, in the words of its events. */
export interface KubeletEvent {
  when: number;
  node: string;
  pod: string;
  reason: string;
  message: string;
}

/** All kubelets of the cluster; a pod costs timers and, on a namespace node, processes. */
export class Kubelets {
  readonly events: KubeletEvent[] = [];
  readonly #store: Store;
  readonly #nodes: ReadonlyMap<string, KubeletNode>;
  readonly #timing: Timing;
  readonly #runs = new Map<string, AbortController>();
  readonly #ended = new Set<Promise<void>>();
  readonly #logs = new Map<string, Buffer>();
  readonly #unsubscribe: () => void;

  constructor(store: Store, nodes: ReadonlyMap<string, KubeletNode>, timing: Timing) {
    this.#store = store;
    this.#nodes = nodes;
    this.#timing = timing;
    this.#unsubscribe = store.subscribe((change) => this.#observe(change));
  }

  /** What the container has written so far to its log; empty for one that is not known. */
  log(pod: Pod, container: string): Buffer {
    return this.#logs.get(`${pod.metadata.uid}/${container}`) ?? Buffer.alloc(0);
  }

  /** Kills what runs, and resolves when it is dead. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    for (const run of this.#runs.values()) run.abort('stop' satisfies End);
    await Promise.all(this.#ended);
  }

  #observe({ resource, type, object, previous }: Change): void {
    if (resource !== 'pods') return;
    const pod = object as Pod;
    const node = this.#nodes.get(pod.spec.nodeName ?? '');
    const run = this.#runs.get(pod.metadata.uid ?? '');
    if (type === 'DELETED') {
      run?.abort('deleted' satisfies End);
      for (const { name } of pod.spec.containers) this.#logs.delete(`${pod.metadata.uid}/${name}`);
    } else if (!node || node.options.behaviour === 'silent') return;
    else if (type === 'ADDED') this.#start(pod, node);
    else if (object.metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp) {
      if (run) run.abort('terminating' satisfies End);
      // Grace 0 is the API server's own deletion, which follows at once.
      else if (object.metadata.deletionGracePeriodSeconds) this.#store.remove(pod);
    }
  }

  #start(pod: Pod, node: KubeletNode): void {
    const control = new AbortController();
    const { uid = '' } = pod.metadata;
    this.#runs.set(uid, control);
    const ended = new PodRun(this.#store, pod, node, this.#timing, control, this.#logOf(pod, node))
      .run()
      .finally(() => {
        this.#runs.delete(uid);
        this.#ended.delete(ended);
      });
    this.#ended.add(ended);
  }

  #logOf(pod: Pod, node: KubeletNode): RunLog {
    const { uid, name } = pod.metadata;
    return {
      note: (reason, message) => {
        this.events.push({ when: Date.now(), node: node.options.name, pod: name, reason, message });
      },
      keepLog: (container, log) => {
        if (log.length > 0) this.#logs.set(`${uid}/${container}`, log);
      },
    };
  }
}
