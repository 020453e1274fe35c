import type { Selection } from '../cluster/select.ts';
import type { PULL_POLICIES } from '../pods/image.ts';
import { nameList } from '../report/names.ts';
import { connectionOptions } from './connection.ts';
import { count, type KubectlFlagValues, podOptionsOf } from './flags.ts';
import { type Attended, runInterruptible, type Speech } from './run-interruptible.ts';

/** Which nodes are being changed at the moment, and by which pods: what somebody who wants to leave has to know. */
export interface ChangesUnderWay {
  /** @param pod as namespace/name; undefined: the node's change is over */
  onPod(node: string, pod: string | undefined): void;
  /** For the first interruption: what is still waited for; undefined: nothing. */
  waiting(): string | undefined;
  /** For the second one: what is left behind, and how to find out what came of it. */
  farewell(): string;
}

const NODES_NAMED = 10;

/** @param run the id that the pods are labelled with */
export function changesUnderWay(run: string): ChangesUnderWay {
  const pods = new Map<string, string>();
  const nodes = () => nameList([...pods.keys()], NODES_NAMED);
  return {
    onPod(node, pod) {
      if (pod === undefined) pods.delete(node);
      else pods.set(node, pod);
    },
    waiting() {
      if (pods.size === 0) return undefined;
      return `Interrupted: no other node is begun; waiting for ${nodes()} to be done.\nAgain: leave at once; the change goes on without you.`;
    },
    farewell() {
      if (pods.size === 0) return 'Pods that read nodes may be left: kubectl netprereq cleanup';
      return [
        ...[...pods].map(([node, pod]) => `${node} is still being changed by pod ${pod}, which ends by itself.`),
        'What came of it, and how to remove what is left then:',
        `  kubectl netprereq check ${[...pods.keys()].join(' ')}`,
        `  kubectl netprereq cleanup --run ${run}`,
      ].join('\n');
    },
  };
}

/** Parsed values of the flags that fix and undo have in common. */
export interface ChangeFlagValues extends KubectlFlagValues {
  local: boolean;
  concurrency: string;
  'max-failures': string;
  image?: string | undefined;
  'image-pull-policy'?: (typeof PULL_POLICIES)[number] | undefined;
  'image-pull-secret'?: string[] | undefined;
  'priority-class'?: string | undefined;
  timeout: string;
}

/** How many nodes are looked at at once, however few are changed at once. */
const LOOKS_AT_ONCE = 32;

/**
 * Runs work that changes nodes, or this host: an interruption says what is still waited for, the second one what is left behind.
 * @param work gets what a cluster's nodes are changed by; it is a function, because --local connects to nothing
 * @throws UsageError for a flag with a wrong value, which --local does not use but does not let pass either
 */
export function attendedChange<T>(
  flags: ChangeFlagValues,
  run: string,
  selection: Selection,
  work: (signal: AbortSignal, speech: Speech, means: () => ReturnType<typeof clusterMeans>) => Promise<T>,
): Promise<Attended<T>> {
  const underWay = changesUnderWay(run);
  const checked = checkedValues(flags);
  return runInterruptible(
    flags,
    (signal, speech) => {
      signal.addEventListener('abort', () => {
        const waiting = underWay.waiting();
        if (waiting !== undefined) speech.notice(waiting);
      });
      return work(signal, speech, () => clusterMeans(flags, checked, selection, speech, underWay));
    },
    (retype) =>
      flags.local
        ? 'This host may be in the middle of a change: undo --local takes it back'
        : retype(underWay.farewell()),
  );
}

/** Values of flags that may be wrong. */
function checkedValues(flags: ChangeFlagValues) {
  return {
    ...podOptionsOf(flags),
    changing: count('concurrency', flags.concurrency),
    maxFailures: count('max-failures', flags['max-failures']),
  };
}

function clusterMeans(
  flags: ChangeFlagValues,
  checked: ReturnType<typeof checkedValues>,
  selection: Selection,
  speech: Speech,
  underWay: ChangesUnderWay,
) {
  return {
    ...checked,
    connection: connectionOptions(flags, speech),
    selection,
    leastPrivilege: false,
    concurrency: LOOKS_AT_ONCE,
    onProgress: speech.progress,
    onNotice: speech.notice,
    onPod: underWay.onPod,
  };
}
