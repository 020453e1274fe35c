import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Execute, type Exit, terminationMessage } from './container-run.ts';
import { backOff, heldImage, imageProblem } from './images.ts';
import type { NodeOptions } from './node-object.ts';
import { type Container, type ContainerState, type ContainerStatus, type Pod, timestamp } from './objects.ts';
import { managedFields } from './pod-defaults.ts';
import { containerStatus, type PodState, podStatus, refusedStatus } from './pod-status.ts';
import type { Store } from './store.ts';
import type { Timing } from './timing.ts';

/** A node's kubelet: how it is set, where it is, and what it starts containers with. */
export interface KubeletNode {
  options: NodeOptions;
  hostIP: string;
  execute: Execute;
}

/** Why a pod's run is cut short. */
export type End = 'deleted' | 'terminating' | 'deadline' | 'stop';

/** What a run tells its kubelet. */
export interface RunLog {
  note: (reason: string, message: string) => void;
  keepLog: (container: string, log: Buffer) => void;
}

/** One pod's life on its node, from the first status to the final phase. */
export class PodRun {
  readonly #store: Store;
  readonly #pod: Pod;
  readonly #node: KubeletNode;
  readonly #timing: Timing;
  readonly #control: AbortController;
  readonly #log: RunLog;
  readonly #startTime = timestamp();
  readonly #statuses = new Map<string, ContainerStatus>();
  #phase = 'Pending';
  #sandbox = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(store: Store, pod: Pod, node: KubeletNode, timing: Timing, control: AbortController, log: RunLog) {
    this.#store = store;
    this.#pod = pod;
    this.#node = node;
    this.#timing = timing;
    this.#control = control;
    this.#log = log;
  }

  /** Resolves when nothing of the pod runs any more, and its status says so where there is still a pod. */
  async run(): Promise<void> {
    const { signal } = this.#control;
    try {
      await this.#live();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(this.#deadline);
    }
    const end = signal.aborted ? (signal.reason as End) : undefined;
    if (end === 'deadline') this.#fail();
    if (end === 'terminating') this.#store.remove(this.#pod);
  }

  async #live(): Promise<void> {
    const { behaviour = 'normal' } = this.#node.options;
    const { hostNetwork, containers, activeDeadlineSeconds } = this.#pod.spec;
    await this.#pause(this.#timing.acknowledgeMs);
    const refused = refusedStatus(this.#pod, this.#node.options);
    if (refused) return this.#write({ ...refused });
    // The clock of activeDeadlineSeconds starts here, not at the pod's creation.
    if (activeDeadlineSeconds) {
      // By the kubelet's own clock: one that has gone silent meanwhile ends nothing.
      const late = () => this.#node.options.behaviour === 'silent' || this.#end('deadline');
      this.#deadline = setTimeout(late, activeDeadlineSeconds * 1000).unref();
    }
    for (const container of containers) this.#set(container, { waiting: { reason: 'ContainerCreating' } });
    this.#publish();
    if (behaviour === 'notReady' && !hostNetwork) {
      this.#log.note('NetworkNotReady', 'network is not ready: container runtime network not ready');
      return this.#untilEnd();
    }
    this.#sandbox = true;
    if (await this.#imagesMissing()) return this.#untilEnd();
    if (behaviour === 'deletedMidRun') this.#deleteSoon();
    await this.#runContainers();
    this.#publish();
    await this.#pause(this.#timing.settleMs);
    this.#publishEnd();
  }

  /** Whether some image cannot be had; then its container waits for ever, because the kubelet keeps trying. */
  async #imagesMissing(): Promise<boolean> {
    const lacking = this.#pod.spec.containers.flatMap((container) => {
      const problem = imageProblem(this.#node.options, container);
      return problem ? [{ container, problem }] : [];
    });
    if (lacking.length === 0) return false;
    for (const { container, problem } of lacking) this.#waiting(container, problem);
    this.#publish();
    const tried = lacking.filter(({ problem }) => problem.reason === 'ErrImagePull');
    if (tried.length > 0) {
      await this.#pause(this.#timing.backOffMs);
      for (const { container, problem } of tried) this.#waiting(container, backOff(container.image ?? '', problem));
      this.#publish();
    }
    return true;
  }

  #waiting(container: Container, waiting: NonNullable<ContainerState['waiting']>): void {
    this.#set(container, { waiting });
    this.#log.note('Failed', `Error: ${waiting.reason}`);
  }

  /** A container with a command is run; one without is its image's own program, which ends only with the pod. */
  async #runContainers(): Promise<void> {
    const startedAt = timestamp();
    const { containers } = this.#pod.spec;
    const slow = setTimeout(() => this.#publishRunning(startedAt), this.#timing.runningAfterMs).unref();
    try {
      const services = containers.filter(({ command }) => !command);
      for (const container of services) this.#set(container, { running: { startedAt } });
      const jobs = containers.filter(({ command }) => command);
      // All of them, so that nothing still runs when one of them is cut short.
      const ends = await Promise.allSettled(jobs.map((container) => this.#runContainer(container, startedAt)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      if (services.length > 0) await this.#untilEnd();
    } finally {
      clearTimeout(slow);
    }
  }

  async #runContainer(container: Container, startedAt: string): Promise<void> {
    const { behaviour } = this.#node.options;
    this.#log.note('Started', `Started container: ${container.name}`);
    if (behaviour === 'hangs') await this.#untilEnd();
    const exit = behaviour === 'OOMKilled' ? oomKilled : await this.#execute(container);
    this.#control.signal.throwIfAborted();
    this.#log.keepLog(container.name, exit.log);
    this.#set(container, { terminated: this.#terminated(container, exit, startedAt) });
    if ([...this.#statuses.values()].some(({ state }) => !state.terminated)) this.#publishRunning(startedAt);
  }

  async #execute(container: Container): Promise<Exit> {
    try {
      return await this.#node.execute(this.#pod, container, this.#control.signal);
    } catch (error) {
      this.#control.signal.throwIfAborted();
      return { ...killed, exitCode: 128, reason: 'StartError', message: Buffer.from(String(error)) };
    }
  }

  #terminated(container: Container, exit: Exit, startedAt: string) {
    const message = terminationMessage(this.#pod, container, exit);
    return {
      exitCode: exit.exitCode,
      reason: exit.reason ?? (exit.exitCode === 0 ? 'Completed' : 'Error'),
      ...(message === '' ? {} : { message }),
      startedAt,
      finishedAt: timestamp(),
      containerID: `containerd://${randomBytes(32).toString('hex')}`,
    };
  }

  #publishRunning(startedAt: string): void {
    for (const container of this.#pod.spec.containers) {
      if (this.#statuses.get(container.name)?.state.waiting) this.#set(container, { running: { startedAt } });
    }
    this.#phase = 'Running';
    this.#publish();
  }

  #publishEnd(): void {
    const failed = [...this.#statuses.values()].some(({ state }) => state.terminated?.exitCode !== 0);
    this.#phase = failed ? 'Failed' : 'Succeeded';
    this.#publish();
  }

  /** The deadline has passed and the containers are dead. */
  #fail(): void {
    for (const container of this.#pod.spec.containers) {
      const { state } = this.#statuses.get(container.name) ?? {};
      if (state?.terminated) continue;
      this.#set(container, { terminated: this.#terminated(container, killed, this.#startTime) });
    }
    this.#phase = 'Failed';
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#publish({ reason: 'DeadlineExceeded', message });
  }

  #deleteSoon(): void {
    setTimeout(() => this.#store.remove(this.#pod), this.#timing.runningAfterMs).unref();
  }

  #set(container: Container, state: ContainerStatus['state']): void {
    const held = heldImage(this.#node.options, container.image ?? '');
    this.#statuses.set(container.name, containerStatus(container, state, held));
  }

  #publish(more: Pick<PodState, 'reason' | 'message'> = {}): void {
    const { hostIP } = this.#node;
    const state = { phase: this.#phase, sandbox: this.#sandbox, hostIP, startTime: this.#startTime, ...more };
    this.#write(podStatus(this.#pod, { ...state, statuses: [...this.#statuses.values()] }));
  }

  /** Writes over the pod's present version: its metadata may have changed, its spec does not. */
  #write(status: Pod['status']): void {
    const { name, namespace } = this.#pod.metadata;
    const current = this.#store.get('pods', namespace, name);
    if (!current || current.metadata.uid !== this.#pod.metadata.uid) return;
    const [creator] = current.metadata.managedFields ?? [];
    const fields = [creator, managedFields('kubelet', { status }, 'status')];
    this.#store.replace({ ...current, metadata: { ...current.metadata, managedFields: fields }, status });
  }

  #end(reason: End): void {
    this.#control.abort(reason);
  }

  async #pause(ms: number): Promise<void> {
    this.#control.signal.throwIfAborted();
    if (ms > 0) await delay(ms, undefined, { signal: this.#control.signal, ref: false });
  }

  /** Rejects when the run is ended from outside. */
  #untilEnd(): Promise<never> {
    const { signal } = this.#control;
    return new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

const killed: Exit = { exitCode: 137, message: Buffer.alloc(0), log: Buffer.alloc(0) };
const oomKilled: Exit = { ...killed, reason: 'OOMKilled' };
