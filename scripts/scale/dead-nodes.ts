import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';

interface NodeList {
  items: { metadata: { name: string }; status: { conditions?: { type: string; status: string }[] } }[];
}

/**
 * Lets every so manieth of the simulated nodes die: another value of its label makes KWOK leave it alone, so that its lease expires and pods on
 * it never end. Waits until the cluster says so.
 * @param label KEY=VALUE, by which KWOK finds its nodes
 * @returns what brings them back
 */
export async function killNodes(api: Api, label: string, percent: number): Promise<() => Promise<void>> {
  const [key = '', alive = ''] = label.split('=');
  const list = async (value: string) =>
    ((await api.send('GET', `/api/v1/nodes?labelSelector=${encodeURIComponent(`${key}=${value}`)}`)) as NodeList).items;
  const mark = (names: readonly string[], value: string) =>
    Promise.all(
      names.map((name) => api.send('PATCH', `/api/v1/nodes/${name}`, { metadata: { labels: { [key]: value } } })),
    );
  const nodes = await list(alive);
  const every = Math.round(100 / percent);
  const dead = nodes.map(({ metadata }) => metadata.name).filter((_, index) => index % every === every - 1);
  await mark(dead, 'dead');
  console.error(`${dead.length} of ${nodes.length} nodes die; their leases expire`);
  while (!(await list('dead')).every(isSilent)) await sleep(2000);
  return async () => {
    await mark(dead, alive);
    while ((await list(alive)).some(isSilent)) await sleep(2000);
  };
}

function isSilent({ status }: NodeList['items'][number]): boolean {
  return status.conditions?.find(({ type }) => type === 'Ready')?.status === 'Unknown';
}
