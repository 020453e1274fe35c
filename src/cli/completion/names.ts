import { compareNames } from '../../report/names.ts';
import type { Flag } from '../command-flags.ts';
import { connectionOptions } from '../connection.ts';
import { type KubectlFlagValues, kubectlFlags } from '../flags.ts';
import type { Names } from './candidates.ts';
import type { Line } from './line.ts';

/** Time limit in milliseconds from the start of this process: a user waits for the tab key. */
const DEADLINE_MS = 1800;
/** The least time for a cluster, in milliseconds, even if this machine starts programs slowly. */
const LEAST_MS = 300;

/** Shells expand candidates, so a name with a special character must not be offered. */
const HARMLESS = /^[\p{L}\p{N}_][\p{L}\p{N}_.@:/+%,=-]*$/u;

/** Names from the kubeconfig and the cluster that the line's flags choose. Only the cluster's names load the Kubernetes client. */
export const lookedUp: Names = {
  kubeconfig: (kind, given) =>
    orNone(async () => {
      const { readKubeconfig } = await import('../../kube/kubeconfig-file.ts');
      return [...(readKubeconfig(given.get('kubeconfig')?.at(-1), process.env)?.[kind].keys() ?? [])];
    }),
  cluster: (resource, given) => orNone(() => clusterNames(resource, given)),
};

/** Errors are ignored while a word is completed: the command itself will report them. */
async function orNone(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const names = await look().catch(() => []);
  return names.filter((name) => HARMLESS.test(name)).sort(compareNames);
}

async function clusterNames(resource: 'nodes' | 'namespaces', given: Line['given']): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(Math.max(LEAST_MS, DEADLINE_MS - Math.ceil(performance.now())));
  const { connect } = await import('../../kube/client.ts');
  const cluster = await connect(connectionOptions(kubectlFlagsOf(given)));
  try {
    return await cluster.names(resource, { signal });
  } finally {
    // Not awaited: it ends a credential plug-in at once, and connections end with the process.
    void cluster.close();
  }
}

function kubectlFlagsOf(given: Line['given']): KubectlFlagValues {
  const entries = Object.entries(kubectlFlags as Record<string, Flag>).flatMap(([name, flag]) => {
    const values = given.get(name);
    return values === undefined ? [] : [[name, flagValue(flag, values)]];
  });
  return Object.fromEntries(entries);
}

function flagValue(flag: Flag, values: readonly string[]): unknown {
  if (flag.type === 'boolean') return !['false', 'f', '0'].includes(values.at(-1)?.toLowerCase() ?? '');
  return flag.multiple ? values : values.at(-1);
}
