import type { Locked } from '../apply/outcome.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';

/** What was to be done, and where, as a command line names it: a node, or --local. */
export interface Attempt {
  command: 'fix' | 'undo';
  target: string;
}

/** Why a node would not have it: one of the script's codes and its sentence. */
interface Reason {
  code: string;
  reason: string;
}

/** What a person does about a refusal: one command or sentence per entry, in order. */
export function refusalRemedy({ code, reason }: Reason, attempt: Attempt): string[] {
  return Object.hasOwn(REMEDIES, code) ? (REMEDIES[code]?.(attempt, reason) ?? []) : [again(attempt)];
}

/** What a person does about a node that somebody else is changing. */
export function lockedRemedy({ holder }: Locked, { command, target }: Attempt): string[] {
  const local = target === '--local';
  // A node's word, which is about to be pasted.
  const pods = /^[\w-]{1,63}$/.test(holder) ? `netprereq.io/run=${holder}` : 'netprereq.io/changes';
  return [
    'Wait until it has ended. To see what it is:',
    local ? 'cat /run/netprereq.lock' : `kubectl get pods -A -o wide -l ${pods}`,
    `kubectl netprereq ${command} ${target}`,
  ];
}

/**
 * A script's sentence as a report has it. What a program said of why it failed comes behind its own name and that of a temporary file
 * (dd: failed to open '/etc/.netprereq.tmp': Read-only file system): the last part of it is what people need.
 */
export function refusalReason({ code, reason }: Reason): string {
  const [, what, why] = (code === 'unwritable' && /^(\S+ cannot be \w+): (?:.*: )?(.+)$/.exec(reason)) || [];
  return `${what === undefined ? reason : `${what} (${why})`}: nothing was changed`;
}

type Remedy = (attempt: Attempt, reason: string) => string[];

const ON_NODE = 'In a root shell on the node:';

const again = ({ command, target }: Attempt) => `kubectl netprereq ${command} ${target}`;

const replan: Remedy = (attempt) => ['Run it again, which makes a new plan:', again(attempt)];

/** A disk that does not take it is full, or is read-only; each is found out in another way. */
const unwritable: Remedy = (attempt, reason) => {
  const [, path = '/var/lib'] = /^(\/[\w./-]{1,200}) cannot be/.exec(reason) ?? [];
  const look = /space|quota/i.test(reason)
    ? ['Make room on the node:', `df -h ${path}`, `df -i ${path}`]
    : /permitted/i.test(reason)
      ? ['Find out on the node who has made it immutable:', `lsattr -d ${path}`]
      : ['Find out on the node why it is so; after an error of the disk the kernel says it:', mountOf(path), 'dmesg'];
  const instead =
    attempt.command === 'fix' && path.startsWith('/etc')
      ? ['If it is meant to be so, change the running kernel only: --runtime-only']
      : [];
  return [...look, again(attempt), ...instead];
};

const mountOf = (path: string) => `findmnt -T ${path}`;

const REMEDIES: Readonly<Record<string, Remedy>> = {
  boot: replan,
  before: replan,
  late: (attempt) => [
    "Compare the node's clock with this one (date -u); where it is right, the kubelet was slow:",
    attempt.target === '--local' ? again(attempt) : `${again(attempt)} --timeout 5m`,
  ],
  clock: (attempt) => [
    "Set the node's clock right, by whatever keeps it:",
    'timedatectl set-ntp true',
    'chronyc makestep',
    again(attempt),
  ],
  unwritable,
  modprobe: (attempt) => ['Install on the node what brings modprobe, which is the package kmod', again(attempt)],
  file: (attempt) => [
    ON_NODE,
    `ls -l ${MODULES_FILE} ${SYSCTL_FILE}`,
    'Move away what is no plain text file there',
    again(attempt),
  ],
  undo: ({ target }) => [`kubectl netprereq undo ${target}`],
  journal: (attempt, reason) =>
    / is not one of this version$/.test(reason)
      ? [
          'Run undo of the version that wrote it, or take it back by hand as docs/fix.md tells; it begins with',
          'head -n 1 /var/lib/netprereq/journal',
        ]
      : unwritable(attempt, reason),
  lock: (attempt) => [ON_NODE, 'ls -ld /run /run/netprereq.lock', mountOf('/run'), again(attempt)],
  root: (attempt) =>
    attempt.target === '--local'
      ? [`sudo kubectl-netprereq ${attempt.command} --local`]
      : ['Find out what takes root from privileged pods on this node: user namespaces, a runtime class, a webhook'],
  tools: () => ['Use an image that has it: --image; on this very host, install it'],
  forward: () => [
    'Look whether rules accept what pods and other bridges send:',
    'iptables -S FORWARD',
    'nft list ruleset',
    'If they do, or none of it matters: --allow-other-bridges',
  ],
  // The report names the files, and how to remove them, before this.
  'no-journal': ({ target }) => [`kubectl netprereq check ${target}`],
  invalid: () => ['This is a bug; please report it with the output of -o json'],
};
