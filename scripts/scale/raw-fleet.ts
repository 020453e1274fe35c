import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestOf } from '../../src/judge/request.ts';
import { probeCommand } from '../../src/probe/command.ts';
import { RULES } from '../../src/rules/index.ts';
import { bareProbePod, plainApi } from './api.ts';

/**
 * The least that any client can do to read many nodes: lists them, watches the pods that have ended, lets one pod live on each, so many at
 * once, and deletes each when its end is seen. It judges nothing, retries nothing, and throws the answers away. A pod that has not ended within
 * 15 seconds is deleted, too.
 * Usage: node raw-fleet.mjs SELECTOR CONCURRENCY IMAGE
 */
const [selector = '', concurrency = '32', image = ''] = process.argv.slice(2);
const PODS = '/api/v1/namespaces/kube-system/pods';
const run = `raw-${randomBytes(4).toString('hex')}`;
const api = await plainApi();
const command = probeCommand('pod', requestOf(RULES));

type List = { metadata: { continue?: string; resourceVersion: string }; items: { metadata: { name: string } }[] };
const nodes: string[] = [];
for (let next: string | undefined = ''; next !== undefined; ) {
  const path = `/api/v1/nodes?labelSelector=${encodeURIComponent(selector)}&limit=250&continue=${encodeURIComponent(next)}`;
  const page = (await api.send('GET', path)) as List;
  nodes.push(...page.items.map(({ metadata }) => metadata.name));
  next = page.metadata.continue || undefined;
}

const ended = new Map<string, () => void>();
const over = new AbortController();

/** One watch, and the next one where a server ends it. */
async function watchPods(): Promise<void> {
  let { resourceVersion } = ((await api.send('GET', `${PODS}?labelSelector=run%3D${run}`)) as List).metadata;
  while (!over.signal.aborted) {
    const watch = await api.open(
      'GET',
      `${PODS}?watch=1&labelSelector=run%3D${run}&resourceVersion=${resourceVersion}` +
        '&fieldSelector=status.phase!%3DPending,status.phase!%3DRunning',
    );
    over.signal.addEventListener('abort', () => watch.destroy(), { once: true });
    for await (const line of createInterface({ input: watch })) {
      const { type, object } = JSON.parse(line);
      if (type === 'ERROR') throw new Error(`the watch ended: ${line}`);
      resourceVersion = object.metadata.resourceVersion;
      if (type !== 'DELETED') ended.get(object.metadata.name)?.();
    }
    if (!over.signal.aborted) console.error('raw: the watch ended, and is begun again');
  }
}

async function podLife(node: string, number: number): Promise<void> {
  const name = `${run}-${number}`;
  const done = new Promise<void>((resolve) => ended.set(name, resolve));
  await api.send('POST', PODS, bareProbePod(name, node, image, command, run));
  await Promise.race([done, sleep(15_000, undefined, { signal: over.signal }).catch(() => {})]);
  await api.send('DELETE', `${PODS}/${name}`);
}

const left = nodes.map((node, number) => ({ node, number }));
const worker = async () => {
  for (let one = left.shift(); one; one = left.shift()) await podLife(one.node, one.number);
};
const watching = watchPods();
await Promise.race([watching, Promise.all(Array.from({ length: Number(concurrency) }, worker))]);
watching.catch(() => {});
over.abort();
api.close();
