import type { NodeFacts, OwnedFacts } from '../facts/facts.ts';
import { octalWord } from '../facts/octal-word.ts';
import { journalState } from '../plan/journal.ts';
import { type Operation, switchedFamily } from '../plan/operation.ts';
import { forwardsIpv6, operationsOf, routesKept } from '../plan/operations.ts';
import type { Plan } from '../plan/plan.ts';
import type { UndoPlan } from '../plan/undo.ts';
import { ANSWER, pack, stripScript, unpacked } from '../probe/embed.ts';
import envelope from '../probe/envelope.sh';
import programs from '../probe/programs.sh';
import resolve from '../probe/resolve.sh';
import words from '../probe/words.sh';
import apply from './apply.sh';
import check from './check.sh';
import forward from './forward.sh';
import journal from './journal.sh';
import lock from './lock.sh';
import request from './request.sh';

/** apply.sh with all that it needs. Its arguments: mode, root, output, request. */
export const applyScript = [resolve, words, envelope, programs, lock, journal, request, check, forward, apply]
  .map(stripScript)
  .join('');

// Unpacks its first argument and becomes it, in the network namespace of process 1: one process, so that the kubelet's signal
// reaches the script. A parent process 0 outside of this process's view means that process 1 is the container's own.
const BOOTSTRAP = [
  ...unpacked('base64 gunzip nsenter', 'script'),
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

/** The command of the container that carries out a request (hostPID, privileged, the node's network namespace need not be its own). */
export function applyCommand(text: string): string[] {
  return ['sh', '-c', BOOTSTRAP, 'netprereq', pack(applyScript), ANSWER, text];
}

/** What is carried out where. */
type Planned = Pick<Plan, 'bootId' | 'steps' | 'guards'>;

/**
 * A plan as apply.sh reads it: lines of words. No word holds a dollar sign, which the kubelet would expand in $(NAME), nor a
 * blank, a quote or a control character.
 * @param facts what the plan was made from
 */
export function planRequest({ bootId, steps, guards = [] }: Planned, facts: NodeFacts, timing: Timing): string {
  const time = new Date(timing.now * 1000).toISOString().replace(/\.\d+/, '');
  const { operations } = operationsOf(steps, facts, `run ${timing.run}, ${time}`);
  const routes = forwardsIpv6(operations) ? [['routes', ...routesKept(operations).map(octalWord)].join(' ')] : [];
  const lines = [...routes, ...guards.map((guard) => `guard ${guard}`), ...operations.map(operationLine)];
  return requestText(bootId, facts.owned, timing, lines);
}

/** A plan to undo, as apply.sh reads it. */
export function undoRequest({ bootId, owned, notes, ...plan }: UndoPlan, timing: Timing): string {
  const lines = [...notes.map((note) => `note ${note}`), ...undoOperations(plan).map(operationLine)];
  return requestText(bootId, owned, timing, ['undo', ...lines]);
}

/** What an undo does, in its order; the operations of its steps come first. */
export function undoOperations({ steps, besides }: Pick<UndoPlan, 'steps' | 'besides'>): Operation[] {
  return [...steps.flatMap(({ operation }) => operation ?? []), ...besides];
}

function requestText(bootId: string, owned: OwnedFacts | undefined, timing: Timing, lines: readonly string[]): string {
  const { run, now, notAfter } = timing;
  const head = [`run ${octalWord(run)}`, `now ${Math.floor(now)}`, `not-after ${Math.floor(notAfter)}`];
  const seen = [`boot ${octalWord(bootId)}`, `journal ${owned ? journalState(owned) : '?'}`];
  return ['netprereq-plan 1', ...head, ...seen, ...lines, 'end', ''].join('\n');
}

function operationLine(operation: Operation): string {
  switch (operation.do) {
    case 'write-file': {
      const { path, before, after } = operation;
      return [after === '-' ? 'remove-file' : 'write-file', octalWord(path), before, after].join(' ');
    }
    case 'remove-directory':
    case 'sweep':
      return `${operation.do} ${octalWord(operation.path)}`;
    case 'modprobe':
      return `modprobe ${octalWord(operation.module)} ${operation.shown ?? '-'}`;
    case 'write-sysctl': {
      const { path, before, after } = operation;
      return ['write-sysctl', ...[path, before, after].map(octalWord), switchedFamily(path) ?? '-'].join(' ');
    }
    case 'forget':
      return 'forget';
  }
}
