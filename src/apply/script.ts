import type { Plan, Step } from '../plan/plan.ts';
import { pack, shellVariable, stripScript } from '../probe/embed.ts';
import resolve from '../probe/resolve.sh';
import apply from './apply.sh';
import envelope from './envelope.sh';
import journal from './journal.sh';
import lock from './lock.sh';
import request from './request.sh';
import undo from './undo.sh';
import undoFacts from './undo-facts.sh';
import undoLook from './undo-look.sh';
import undoPlan from './undo-plan.awk';
import words from './words.sh';

/** Where the kubelet looks for a container's termination message unless a pod says otherwise. */
const ANSWER = '/dev/termination-log';
const SHARED = [resolve, words, envelope, lock, journal, request];
const UNDO = [shellVariable('undo_plan', undoPlan), undoFacts];

/** apply.sh with all that it needs. Its arguments: mode, root, output, plan. */
export const applyScript = [...SHARED, apply].map(stripScript).join('');
/** undo.sh with all that it needs. Its arguments: mode, root, output, request. */
export const undoScript = [...SHARED, ...UNDO, undo].map(stripScript).join('');

/** Tells what undoScript would do, with the same arguments. */
export const undoLookScript = [...SHARED, ...UNDO, undoLook].map(stripScript).join('');

// Unpacks its first argument and becomes it, in the network namespace of process 1: one process, so that the kubelet's signal
// reaches the script. A parent process 0 outside of this process's view means that process 1 is the container's own.
const BOOTSTRAP = [
  'm=',
  'for t in base64 gunzip nsenter;do command -v $t >/dev/null 2>&1||m="$m $t";done',
  's=$(printf %s "$1"|base64 -d 2>/dev/null|gunzip 2>/dev/null)',
  'f(){ printf "np1 error %s" "$1" >"$2";exit 0;}',
  '[ "$m" ]&&f "the image lacks$m" "$2"',
  '[ "$s" ]||f "the image cannot unpack the script" "$2"',
  '[ "$PPID" != 0 ]||f "the node\'s processes cannot be seen" "$2"',
  'e=$(nsenter -t 1 -n true 2>&1)||f "cannot enter the node\'s network namespace: $e" "$2"',
  'exec nsenter -t 1 -n sh -c "$s" netprereq pod /proc/1/root "$2" "$3"',
].join('\n');

/** What every change of a node is asked with. Times are seconds since 1970, all of one clock: the API server's, or this host's. */
export interface Timing {
  /** The run's id, without blanks. */
  readonly run: string;
  /** When the request was made. */
  readonly now: number;
  /** After this the node refuses it. */
  readonly notAfter: number;
}

type Planned = Pick<Plan, 'bootId' | 'steps' | 'guards'>;

/** The command of the container that carries out a plan (hostPID, privileged, the node's network namespace need not be its own). */
export function applyCommand(plan: Planned, timing: Timing): string[] {
  return podCommand(applyScript, planRequest(plan, timing));
}

/** The command of the container that takes back what fixes did. */
export function undoCommand(timing: Timing, options: { force: boolean }): string[] {
  return podCommand(undoScript, undoRequest(timing, options));
}

/** The command of the container that tells what undoCommand's would do. */
export function undoLookCommand(timing: Timing, options: { force: boolean }): string[] {
  return podCommand(undoLookScript, undoRequest(timing, options));
}

function podCommand(script: string, text: string): string[] {
  return ['sh', '-c', BOOTSTRAP, 'netprereq', pack(script), ANSWER, text];
}

/**
 * A plan as apply.sh reads it: lines of words. No word holds a dollar sign, which the kubelet would expand in $(NAME), nor a
 * blank, a quote or a control character.
 */
export function planRequest({ bootId, steps, guards = [] }: Planned, timing: Timing): string {
  const guardLines = guards.map((guard) => `guard ${guard}`);
  return requestText('netprereq-plan', timing, [`boot ${word(bootId)}`, ...guardLines, ...steps.map(stepLine)]);
}

/** A request to undo, as undo.sh reads it. */
export function undoRequest(timing: Timing, { force }: { force: boolean }): string {
  return requestText('netprereq-undo', timing, force ? ['force'] : []);
}

function requestText(kind: string, { run, now, notAfter }: Timing, lines: readonly string[]): string {
  const times = [`now ${Math.floor(now)}`, `not-after ${Math.floor(notAfter)}`];
  return [`${kind} 1`, `run ${word(run)}`, ...times, ...lines, 'end', ''].join('\n');
}

function stepLine(step: Step): string {
  switch (step.do) {
    case 'keep-module':
      return `keep-module ${word(step.module)} ${step.before}`;
    case 'load-module':
      return `load-module ${word(step.module)} ${step.before}`;
    case 'keep-sysctl':
    case 'set-sysctl':
      return `${step.do} ${word(step.key)} ${value(step.after)} ${step.before === 'absent' ? '-' : value(step.before)}`;
  }
}

function value(text: string): string {
  // The kernel separates several numbers by tabs; the script compares with blanks.
  return word(`=${text.replaceAll('\t', ' ')}`);
}

/** Text without blanks that a shell's printf turns back: octal escapes of its UTF-8 when it has any but harmless characters. */
function word(text: string): string {
  if (text === '') return '\\0';
  if (/^[-A-Za-z0-9._/@:+=]+$/.test(text)) return text;
  return [...Buffer.from(text)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
