import { type Advice, run } from '../text/advice.ts';

/** What to do about a text that no rule matches. */
export interface NextStep {
  readonly says: string;
  readonly tries: readonly Advice[];
}

const explained = (logs: string) => `kubectl logs ${logs} | kubectl netprereq explain -`;
// A container is named: otherwise kubectl says for each pod which one it took.
const FLANNEL = explained('-n kube-flannel -l app=flannel -c kube-flannel --tail=-1');
const CHECK = run('kubectl netprereq check', 'or check all nodes');

/** What to do about the kubelet's message on a node where flanneld never started. */
const NO_SUBNET_FILE: NextStep = {
  says: 'flanneld has not run on this node: it writes /run/flannel/subnet.env when it starts',
  tries: [run(FLANNEL, 'read its log'), CHECK, run('kubectl netprereq explain br-netfilter', 'the nearest rule')],
};

/** Words that name what fails, but not why. */
const WORDS: readonly [about: RegExp, logs: string][] = [
  [/\bcanal\b/i, explained('-n kube-system -l k8s-app=canal -c kube-flannel --tail=-1')],
  [/\bflanneld?\b/i, FLANNEL],
  [/\bcalico\b/i, explained('-n calico-system -l k8s-app=calico-node -c calico-node --tail=-1')],
  [/\bcilium\b/i, explained('-n kube-system -l k8s-app=cilium -c cilium-agent --tail=-1')],
  [/\bkube-?proxy\b/i, explained('-n kube-system -l k8s-app=kube-proxy -c kube-proxy --tail=-1')],
  [/\bcrash(?:es|ed|ing|-?loop(?:ing|s|back-?off)?)?\b/i, explained('-n NAMESPACE POD --previous')],
];

/** A failure to open the file: flanneld also logs its name after writing it. */
const NOT_OPENED = /\b(?:open|stat|cat)\b:? \/run\/flannel\/subnet\.env:|loadFlannelSubnetEnv failed/i;

/** What may still be wrong if no rule matches a log. */
const UNKNOWN_LOG: NextStep = {
  says: 'the nodes may lack something all the same',
  tries: [
    run('kubectl netprereq check', 'check all nodes'),
    run(explained('-n NAMESPACE POD --previous'), 'if the pod restarts, read the log from before'),
  ],
};

/** What to do about a log that no rule matches. */
export function nextStepOfLog(log: string): NextStep {
  return NOT_OPENED.test(log) ? NO_SUBNET_FILE : UNKNOWN_LOG;
}

/** The same for a typed text, in which one word may be enough. */
export function nextStep(text: string): NextStep | undefined {
  if (NOT_OPENED.test(text)) return NO_SUBNET_FILE;
  const [, logs] = WORDS.find(([about]) => about.test(text)) ?? [];
  if (logs === undefined) return undefined;
  return { says: 'the log of its pod tells why', tries: [run(logs, 'read the log'), CHECK] };
}
