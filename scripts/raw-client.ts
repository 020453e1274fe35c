import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { bareProbePod, plainApi } from './scale/api.ts';

/** The least that any client of this kind could do; what bench compares with. */
export interface RawClient {
  /** Milliseconds from the POST of a privileged pod to the acknowledged DELETE, its container seen terminated in between. */
  podLife(name: string, node: string, image: string, command: readonly string[]): Promise<number>;
  /** Milliseconds of GET /version on an open connection. */
  roundTrip(): Promise<number>;
  close(): void;
}

const PODS = '/api/v1/namespaces/kube-system/pods';

/** A client for the current context of KUBECONFIG, which must authenticate by certificate. */
export async function rawClient(): Promise<RawClient> {
  const { open, send, close } = await plainApi();
  const elapsed = (begin: bigint) => Number(process.hrtime.bigint() - begin) / 1e6;

  return {
    async podLife(name, node, image, command) {
      const list = (await send('GET', `${PODS}?limit=1`)) as { metadata: { resourceVersion: string } };
      const watch = await open(
        'GET',
        `${PODS}?watch=1&fieldSelector=metadata.name%3D${name}&resourceVersion=${list.metadata.resourceVersion}`,
      );
      const begin = process.hrtime.bigint();
      const [, time] = await Promise.all([
        send('POST', PODS, bareProbePod(name, node, image, command)),
        terminated(watch).then(async () => {
          await send('DELETE', `${PODS}/${name}`);
          return elapsed(begin);
        }),
      ]);
      watch.destroy();
      return time;
    },
    async roundTrip() {
      const begin = process.hrtime.bigint();
      await send('GET', '/version');
      return elapsed(begin);
    },
    close,
  };
}

async function terminated(watch: IncomingMessage): Promise<void> {
  for await (const line of createInterface({ input: watch })) {
    const statuses = JSON.parse(line).object.status.containerStatuses ?? [];
    if (statuses.some((status: { state: object }) => 'terminated' in status.state)) return;
  }
  throw new Error('the watch ended before the container did');
}
