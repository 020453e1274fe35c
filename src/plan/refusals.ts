import type { Locked } from '../apply/outcome.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';
import { type Advice, run } from '../text/advice.ts';

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

/** What a person does about a refusal, in order. */
export function refusalRemedy({ code, reason }: Reason, attempt: Attempt): Advice[] {
  return Object.hasOwn(REMEDIES, code) ? (REMEDIES[code]?.(attempt, reason) ?? []) : [again(attempt)];
}

/** What a person does about a node that somebody else is changing. */
export function lockedRemedy({ holder }: Locked, attempt: Attempt): Advice[] {
  const local = attempt.target === '--local';
  // A node's word, which is about to be pasted.
  const pods = /^[\w-]{1,63}$/.test(holder) ? `netprereq.io/run=${holder}` : 'netprereq.io/changes';
  return [
    'Wait until it has ended. To see what it is:',
    run(local ? 'cat /run/netprereq.lock' : `kubectl get pods -A -o wide -l ${pods}`),
    again(attempt),
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

type Remedy = (attempt: Attempt, reason: string) => Advice[];

/** This host, or an image on it: nobody has to go to a node. */
const onHost = ({ target }: Attempt) => target.startsWith('--');
const where = (attempt: Attempt) => (onHost(attempt) ? 'on this host' : 'on the node');
const shell = (attempt: Attempt) => (onHost(attempt) ? 'In a root shell:' : 'In a root shell on the node:');

const again = ({ command, target }: Attempt) => run(`kubectl netprereq ${command} ${target}`);

const replan: Remedy = (attempt) => ['Run it again to make a new plan:', again(attempt)];

/** A disk that does not take it is full, or is read-only; each is found out in another way. */
const unwritable: Remedy = (attempt, reason) => {
  const [, path = '/var/lib'] = /^(\/[\w./-]{1,200}) cannot be/.exec(reason) ?? [];
  const look = /space|quota/i.test(reason)
    ? [`Make room ${where(attempt)}:`, run(`df -h ${path}`), run(`df -i ${path}`)]
    : /permitted/i.test(reason)
      ? [`Find out ${where(attempt)} what made it immutable:`, run(`lsattr -d ${path}`)]
      : [`Find the reason ${where(attempt)}; after a disk error the kernel logs it:`, mountOf(path), run('dmesg')];
  const instead =
    attempt.command === 'fix' && path.startsWith('/etc')
      ? ['If that is intended, change the running kernel only: --runtime-only']
      : [];
  return [...look, again(attempt), ...instead];
};

const mountOf = (path: string) => run(`findmnt -T ${path}`);

const REMEDIES: Readonly<Record<string, Remedy>> = {
  boot: replan,
  before: replan,
  late: (attempt) => [
    "Compare the node's clock with this one (date -u). If it is right, the kubelet was slow:",
    attempt.target === '--local' ? again(attempt) : run(`${again(attempt).run} --timeout 5m`),
  ],
  clock: (attempt) => [
    "Correct the node's clock:",
    run('timedatectl set-ntp true'),
    run('chronyc makestep'),
    again(attempt),
  ],
  unwritable,
  modprobe: (attempt) => [`Install modprobe ${where(attempt)} (package kmod)`, again(attempt)],
  file: (attempt) => [
    shell(attempt),
    run(`ls -l ${MODULES_FILE} ${SYSCTL_FILE}`),
    'Move away the file that is not plain text',
    again(attempt),
  ],
  undo: ({ target }) => [again({ command: 'undo', target })],
  journal: (attempt, reason) =>
    / has an unknown format$/.test(reason)
      ? [
          'Run undo with the version that wrote it, or undo by hand (docs/fix.md). Its first line:',
          run('head -n 1 /var/lib/netprereq/journal'),
        ]
      : unwritable(attempt, reason),
  lock: (attempt, reason) =>
    reason === 'there is no /proc'
      ? [
          'Mount it, or name the image by its directory from outside (--root):',
          run('mount -t proc proc /proc'),
          again(attempt),
        ]
      : [shell(attempt), run('ls -ld /run /run/netprereq.lock'), mountOf('/run'), again(attempt)],
  root: (attempt) =>
    attempt.target === '--local'
      ? [run(`sudo kubectl-netprereq ${attempt.command} --local`)]
      : ['Find out what removes root from privileged pods on this node: user namespaces, a runtime class, a webhook'],
  tools: (attempt) => [onHost(attempt) ? 'Install it on this host' : 'Use an image that has it: --image'],
  forward: () => [
    'Check whether rules accept the traffic of pods and other bridges:',
    run('iptables -S FORWARD'),
    run('nft list ruleset'),
    'If they do, or it does not matter: --allow-other-bridges',
  ],
  // The report names the files, and how to remove them, before this.
  'no-journal': ({ target }) => [run(`kubectl netprereq check ${target}`)],
  invalid: () => ['This is a bug; please report it with the output of -o json'],
};
