import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../../test/support/client.ts';
import { flannelCluster } from '../../test/support/clusters.ts';
import { pod } from '../../test/support/pod.ts';
import { type StandIn, startStandIn } from '../../test/support/stand-in.ts';
import { DEMO_NODES, nodeOptions } from './nodes.ts';

/** Where `npm run demo -- --record` leaves what nodes in namespaces answered. */
export const ANSWERS = new URL('answers.json', import.meta.url);

/** A running cluster, and which of its nodes are not what they could be. */
export interface DemoCluster {
  standIn: StandIn;
  /** Names of nodes that run in namespaces. */
  real: string[];
  /** Names of nodes that answer from a recording, with the reason, a clause without a full stop. */
  recorded: { name: string; reason: string }[];
}

/** What a verdict needs of the machine's kernel, and what nobody may load for a demo. */
const needed: readonly [path: string, lacking: string][] = [
  ['/proc/sys/net/bridge/bridge-nf-call-iptables', "this machine's kernel has no bridge netfilter (br_netfilter)"],
  ['/proc/sys/net/netfilter/nf_conntrack_max', "this machine's kernel has no connection tracking (nf_conntrack)"],
];

/** What the probe and the network namespace of its node need of the machine, besides a shell. */
const programs = ['awk', 'base64', 'grep', 'gunzip', 'gzip', 'nsenter', 'od'];

/**
 * Starts the demo's cluster, its nodes in namespaces where this machine allows that, else with recorded answers.
 * @param withoutNamespaces why namespaces are not even to be tried
 * @param recording every node answers for itself
 */
export async function startDemoCluster(withoutNamespaces?: string, recording = false): Promise<DemoCluster> {
  const obstacle = withoutNamespaces ?? missing();
  if (obstacle !== undefined) return startRecorded(obstacle);
  const standIn = await start(true, recording);
  const real = standIn.nodes.filter(({ capability }) => capability === 'namespaces').map(({ name }) => name);
  // They differ in files and values only: what keeps one from answering keeps all.
  const [first] = real;
  const failure = first === undefined ? undefined : await rehearse(standIn, first);
  if (failure !== undefined) {
    await standIn.stop();
    return startRecorded(failure);
  }
  const recorded = standIn.nodes.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }]));
  return { standIn, real, recorded: recorded.map(({ name, reason }) => ({ name, reason: unavailable(reason) })) };
}

function missing(): string | undefined {
  if (process.platform !== 'linux') return `namespaces need Linux, this is ${process.platform}`;
  return needed.find(([path]) => !existsSync(path))?.[1];
}

async function startRecorded(reason: string): Promise<DemoCluster> {
  const standIn = await start(false);
  const recorded = DEMO_NODES.filter(({ namespaces }) => namespaces).map(({ name }) => ({ name, reason }));
  return { standIn, real: [], recorded };
}

async function start(real: boolean, recording = false): Promise<StandIn> {
  const answers: Record<string, string> =
    existsSync(ANSWERS) && !recording ? JSON.parse(readFileSync(ANSWERS, 'utf8')) : {};
  const roots = new Map<string, string | undefined>();
  const rootOf = real ? (name: string) => roots.get(name) : undefined;
  const nodes = DEMO_NODES.map((node) => nodeOptions(node, answers[node.name], rootOf));
  const standIn = await startStandIn({ ...flannelCluster(), nodes });
  for (const { name, root } of standIn.nodes) roots.set(name, root);
  return standIn;
}

/**
 * A node that starts may still be unable to run a probe: a program is missing, or its kernel hides from a user namespace what verdicts
 * need. Runs one pod that finds out; the reason why not, or undefined.
 */
async function rehearse({ url, pods }: StandIn, node: string): Promise<string | undefined> {
  const name = `rehearsal-${node}`;
  const path = '/api/v1/namespaces/kube-system/pods';
  const script = [
    ...programs.map((program) => `command -v ${program} >/dev/null || { echo '${program}: not found'; exit 1; }`),
    ...needed.map(([file]) => `cat ${file} >/dev/null`),
  ].join('\n');
  const container = { terminationMessagePolicy: 'FallbackToLogsOnError', command: ['sh', '-ec', script] };
  await call(url, path, { method: 'POST', body: pod(name, node, { container, activeDeadlineSeconds: 8 }) });
  const find = () => pods().find(({ metadata }) => metadata.name === name)?.status;
  while (!/^(Succeeded|Failed)$/.test(find()?.phase ?? '')) await delay(20);
  const status = find();
  const { message = '' } = status?.containerStatuses?.[0]?.state.terminated ?? {};
  await call(url, `${path}/${name}`, { method: 'DELETE' });
  return status?.phase === 'Succeeded' ? undefined : unavailable(message || `${status?.reason}`);
}

/** One line of what a program complained about, without the place in a script of ours. */
function unavailable(complaint: string): string {
  const [first = ''] = complaint.trim().split('\n');
  const line = first.replace(/^\S*\.sh: (?:line )?\d+: /, '');
  return `this machine allows no nodes in namespaces (${line})`;
}
