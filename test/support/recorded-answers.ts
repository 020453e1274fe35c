import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { netprereq } from './command.ts';
import type { NodeOptions } from './node-object.ts';
import type { Pod } from './objects.ts';
import { type StandInOptions, startStandIn } from './stand-in.ts';

/** What nodes in namespaces answered, by kind of node; for machines without namespaces. */
const FILE = new URL('../fixtures/answers.json', import.meta.url);

/** What a node of this kind answers where it cannot be made of namespaces. */
export function recordedAnswer(kind: string): string {
  // Before anything was recorded there is no file.
  const recorded: Record<string, string> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  return recorded[kind] ?? '';
}

/** Checks a cluster of these nodes, and resolves with what each one's pod answered. */
export async function answersOf(nodes: readonly NodeOptions[], options: StandInOptions): Promise<Map<string, string>> {
  const standIn = await startStandIn({ ...options, nodes });
  const answers = new Map<string, string>();
  try {
    standIn.store.subscribe(({ resource, object }) => {
      const { spec, status } = object as Pod;
      const message = resource === 'pods' && status.containerStatuses?.[0]?.state.terminated?.message;
      if (message) answers.set(spec.nodeName ?? '', message);
    });
    await netprereq(['check'], { KUBECONFIG: standIn.kubeconfig });
    return answers;
  } finally {
    await standIn.stop();
  }
}

/** Writes the file anew. */
export function record(answers: Readonly<Record<string, string>>): void {
  writeFileSync(FILE, `${JSON.stringify(answers, undefined, 2)}\n`);
}
