import type { Node } from '../kube/cluster.ts';
import { deadline } from '../kube/deadline.ts';
import { type Advice, run } from '../text/advice.ts';
import { type Outcome, readAnswer } from './answer.ts';
import { type ImageChoice, imageRemedy } from './image.ts';
import { livePod, type PodMeans, tryImages } from './pod-life.ts';
import { NOT_TAKEN } from './pod-progress.ts';
import { type ProbePodOptions, probePod } from './probe-pod.ts';

/**
 * A node whose lease has expired has most likely no kubelet that could start anything: so long one may take to take a pod, in seconds,
 * unless a timeout was typed. One that has taken it, after a reboot say, has all the time that others have.
 */
export const TIMEOUT_WITHOUT_LEASE = 15;

/** The longest that --timeout may be, in seconds. */
const LONGEST_TIMEOUT = 86_400;

/** What shows the commonest prerequisites in a root shell on a node; only the last needs this program. lsmod does not list what is built in. */
const BY_HAND = [
  run(
    'sysctl net.bridge.bridge-nf-call-iptables net.ipv4.ip_forward',
    '"cannot stat" means that br_netfilter is not loaded',
  ),
  run('kubectl-netprereq check --local', 'if this program is installed there'),
];

export interface ProbeNodeOptions extends PodMeans, Omit<ProbePodOptions, 'node' | 'image' | 'attempt'> {
  node: Node;
  images(node: Node): ImageChoice[];
  /** The timeout was typed: it also holds for nodes whose kubelet has stopped reporting. */
  timeoutGiven?: boolean;
  /** The command that looks at the node, and is to be typed again; absent: check. */
  command?: 'check' | 'fix' | 'undo';
  signal: AbortSignal;
  /** Called with where the pod stands, when the server has it, and when that changes. */
  onWaiting?: ((at: string) => void) | undefined;
}

/** Reads one node. Never rejects: whatever goes wrong is the reason why this node is unknown. */
export async function probeNode(options: ProbeNodeOptions): Promise<Outcome> {
  const time = deadline(options.timeout * 1000);
  const unheard = deadline(timeToTakePod(options) * 1000);
  try {
    return await probeWithin(options, { time: time.signal, unheard: unheard.signal });
  } finally {
    // Of thousands of nodes each timer would keep a pod and its answer until it has run down.
    time.clear();
    unheard.clear();
  }
}

async function probeWithin(
  options: ProbeNodeOptions,
  limits: { time: AbortSignal; unheard: AbortSignal },
): Promise<Outcome> {
  const { node, request, command = 'check' } = options;
  const again = [
    run(`kubectl netprereq ${command} ${node.name}`, 'It may pass. Try again'),
    'Or see in a root shell on the node what it lacks:',
    ...BY_HAND,
  ];
  const policy = { ...limits, onWaiting: options.onWaiting, interrupted: options.signal };
  const by = options.leastPrivilege ? 'unprivileged pod' : 'pod';
  const { end, image } = await tryImages(options.images(node), (choice, attempt) => {
    const pod = probePod({ ...options, node: node.name, image: choice, attempt });
    return livePod(pod, options, policy, (message, readLog) =>
      readAnswer(message, node, { readLog, bootId: () => bootIdNow(options, limits.time), again }, by, request),
    );
  });
  if (end.is === 'answered') return end.answer;
  if (end.is === 'altered') {
    return { unknown: `admission changed the pod (${end.fields.join(', ')}), so its answer would not be the node's` };
  }
  if (end.is !== 'failed') return { unknown: end.why };
  if (end.late) return late(options, end.why);
  if (end.otherImage && image) return { unknown: end.why, remedy: [imageRemedy(image)] };
  // Where its container ran, the container is why; else the reason says what to do.
  return {
    unknown: end.why,
    remedy: end.ran ? ['Try another image (--image), or run on the node:', ...BY_HAND] : [],
  };
}

/** Which boot the node reports now; undefined when it is not there any more. */
async function bootIdNow({ cluster, node }: ProbeNodeOptions, signal: AbortSignal): Promise<string | undefined> {
  for await (const [now] of cluster.nodes({ name: node.name, signal })) return now?.system.bootId;
  return undefined;
}

/** How long the kubelet may take to take the pod, in seconds. */
export function timeToTakePod({
  node,
  timeout,
  timeoutGiven,
}: Pick<ProbeNodeOptions, 'timeout' | 'timeoutGiven'> & { node: Pick<Node, 'conditions'> }): number {
  return readiness(node) === 'Unknown' && !timeoutGiven ? Math.min(timeout, TIMEOUT_WITHOUT_LEASE) : timeout;
}

function late(options: ProbeNodeOptions, at: string): Outcome {
  const { node, signal, timeout } = options;
  if (signal.aborted) return { unknown: 'interrupted' };
  const ready = node.conditions.find(({ type }) => type === 'Ready');
  const condition = ready?.message ?? ready?.reason ?? 'no reason given';
  const taken = at !== NOT_TAKEN.at;
  const waited = taken ? timeout : timeToTakePod(options);
  const before = ready && ready.status !== 'True' ? ` (the node was NotReady before: ${condition})` : '';
  return {
    unknown: `${at} after ${waited}s${before}`,
    remedy: taken
      ? [longer(options), 'Or see in a root shell on the node what it lacks:', ...BY_HAND]
      : [
          'In a root shell on the node, first see what the kubelet says:',
          run(`systemctl status 'kubelet*' 'k3s*' 'rke2*' containerd crio`),
          'Then see what the node lacks:',
          ...BY_HAND,
        ],
  };
}

/** What to do where the kubelet works, but the pod was too slow. */
function longer({ node, timeout, command = 'check' }: ProbeNodeOptions): Advice {
  const seconds = Math.min(Math.ceil(timeout * 3), LONGEST_TIMEOUT);
  const duration = seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
  return run(
    `kubectl netprereq ${command} ${node.name} --timeout ${duration}`,
    'The kubelet took the pod: the node is slow. Allow more time',
  );
}

/** What the node's condition Ready is; Unknown as well where there is none. */
export function readiness({ conditions }: Pick<Node, 'conditions'>): string {
  return conditions.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
}
