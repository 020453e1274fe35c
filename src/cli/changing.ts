import { nameList } from '../report/names.ts';

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
