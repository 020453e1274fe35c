import { openEnvelope } from '../probe/envelope.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';

/** What became of one step of a plan. before, after: as in the plan ('absent', 'present', a value); left out when not known. */
export interface StepOutcome {
  readonly status: 'done' | 'unchanged' | 'failed' | 'not-reached';
  readonly before?: string;
  readonly after?: string;
  /** Why it failed. A node's words: untrusted. */
  readonly detail?: string;
}

/** A file below /proc/sys that changed along with another one. */
export interface SideEffect {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Nothing was changed. code: one of the script's own words, such as late, boot, before, clock, unwritable, modprobe, edited, tools. */
export interface Refused {
  readonly outcome: 'refused';
  readonly code: string;
  readonly reason: string;
}

/** Nothing was changed: another run is at it. since: seconds since 1970 by the node's clock. */
export interface Locked {
  readonly outcome: 'locked';
  readonly holder: string;
  readonly since: number;
}

/** There is no answer that can be read, and so it is not known what was done. */
export interface NoAnswer {
  readonly outcome: 'unknown';
  readonly problem: string;
}

/** What a node's carrying out of a plan came to. */
export type ApplyOutcome =
  | {
      readonly outcome: 'changed' | 'unchanged' | 'failed';
      /** In the plan's order; empty when they did not fit into the answer. */
      readonly steps: readonly StepOutcome[];
      /** What the kernel changed along with forwarding; undo restores it. */
      readonly sideEffects: readonly SideEffect[];
      /** A signal asked for the end. */
      readonly stopped: boolean;
      /** What did not fit into the answer. */
      readonly dropped: readonly string[];
    }
  | Refused
  | Locked
  | NoAnswer;

/** One thing that undo looked at. */
export interface UndoItem {
  readonly kind: 'file' | 'dir' | 'module' | 'value';
  /** A path of the node; below /proc/sys for values; a module's name. */
  readonly path: string;
  /** Of a file: present, absent, earlier (the one that stood there before the first fix). */
  readonly before?: string;
  readonly after?: string;
  /** left: no longer ours to restore (detail says why); next-boot: the node was rebooted, and its next boot is without our files. */
  readonly status: 'restored' | 'unchanged' | 'left' | 'failed' | 'next-boot';
  readonly detail?: string;
}

/** A file of ours that somebody else has edited; the texts are cut to 900 bytes. */
export interface EditedFile {
  readonly path: string;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  /** A link stands in its place. */
  readonly isLink: boolean;
}

/** What an undo came to. */
export type UndoOutcome =
  | {
      readonly outcome: 'changed' | 'unchanged' | 'failed';
      readonly items: readonly UndoItem[];
      readonly sideEffects: readonly SideEffect[];
      readonly dropped: readonly string[];
    }
  | (Refused & {
      readonly edited: readonly EditedFile[];
      /** Files of ours of which no journal tells. */
      readonly unjournalled: readonly string[];
    })
  | Locked
  | NoAnswer;

/** Reads apply.sh's answer, as it came in its envelope. Throws nothing. */
export function parseApply(message: string): ApplyOutcome {
  const answer = open(message, 'np-apply');
  if ('outcome' in answer) return answer;
  const { verdict, lines, code } = answer;
  if (verdict === 'locked') return locked(lines);
  if (verdict === 'refused') return { outcome: verdict, code, reason: reasonOf(lines) };
  const steps = of(lines, 'step').map(stepOutcome);
  if (steps.includes(undefined)) return unknown('a step of the answer cannot be read');
  return {
    outcome: verdict,
    steps: steps.filter((step) => step !== undefined),
    sideEffects: sideEffects(lines),
    stopped: of(lines, 'stopped').length > 0,
    dropped: of(lines, 'dropped').map(([kind = '']) => kind),
  };
}

/** Reads undo.sh's answer, as it came in its envelope. Throws nothing. */
export function parseUndo(message: string): UndoOutcome {
  const answer = open(message, 'np-undo');
  if ('outcome' in answer) {
    return answer.outcome === 'refused' ? { ...answer, edited: [], unjournalled: [] } : answer;
  }
  const { verdict, lines, code } = answer;
  if (verdict === 'locked') return locked(lines);
  if (verdict === 'refused') {
    const edited = of(lines, 'edited').map(editedFile);
    // They are put into a command to type, so that it must not be the node who says what they are.
    const unjournalled = [MODULES_FILE, SYSCTL_FILE].filter((path) =>
      of(lines, 'ours').some(([told]) => told === path),
    );
    return { outcome: verdict, code, reason: reasonOf(lines), edited, unjournalled };
  }
  const items = of(lines, 'item').map(undoItem);
  if (items.includes(undefined)) return unknown('an item of the answer cannot be read');
  return {
    outcome: verdict,
    items: items.filter((item) => item !== undefined),
    sideEffects: sideEffects(lines),
    dropped: of(lines, 'dropped').map(([kind = '']) => kind),
  };
}

type Lines = readonly (readonly string[])[];
type Verdict = 'changed' | 'unchanged' | 'failed' | 'refused' | 'locked';

const VERDICTS: readonly string[] = ['changed', 'unchanged', 'failed', 'refused', 'locked'] satisfies Verdict[];
const isVerdict = (word: string | undefined): word is Verdict => word !== undefined && VERDICTS.includes(word);

function open(message: string, kind: string): NoAnswer | Refused | { verdict: Verdict; code: string; lines: Lines } {
  const opened = openEnvelope(message);
  if ('problem' in opened) {
    // What unpacks the script says this before it begins.
    const [, reason] = /^np1 error .*/.test(message.trimStart()) ? opened.problem.split(/: (.*)/) : [];
    return reason ? { outcome: 'refused', code: 'tools', reason } : unknown(opened.problem);
  }
  const lines = opened.text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const [first, outcome, ...rest] = lines;
  const verdict = outcome?.[1];
  if (first?.join(' ') !== `${kind} 1` || outcome?.[0] !== 'outcome' || !isVerdict(verdict)) {
    return unknown('the answer is none that this version knows');
  }
  if (rest.at(-1)?.[0] !== 'end') return unknown('the answer has no end');
  return { verdict, code: outcome[2] ?? '', lines: rest };
}

const unknown = (problem: string): NoAnswer => ({ outcome: 'unknown', problem });

/** The words behind KIND of all lines of that kind. */
const of = (lines: Lines, kind: string): Lines =>
  lines.filter(([first]) => first === kind).map((line) => line.slice(1));

const reasonOf = (lines: Lines): string => detailOf(of(lines, 'reason')[0]?.[0]) ?? 'the node does not say why';

function locked(lines: Lines): Locked {
  const [holder = '-', since = '0'] = of(lines, 'holder')[0] ?? [];
  return { outcome: 'locked', holder: text(holder), since: Number(since) || 0 };
}

const STEP: readonly string[] = ['done', 'unchanged', 'failed', 'not-reached'] satisfies StepOutcome['status'][];
const isStepStatus = (word: string): word is StepOutcome['status'] => STEP.includes(word);

function stepOutcome([, status = '', before, after, detail]: readonly string[]): StepOutcome | undefined {
  return isStepStatus(status) ? { status, ...known(before, after, detail) } : undefined;
}

const ITEM: readonly string[] = ['restored', 'unchanged', 'left', 'failed', 'next-boot'] satisfies UndoItem['status'][];
const isItemStatus = (word: string): word is UndoItem['status'] => ITEM.includes(word);
const KIND: readonly string[] = ['file', 'dir', 'module', 'value'] satisfies UndoItem['kind'][];
const isKind = (word: string): word is UndoItem['kind'] => KIND.includes(word);

function undoItem([kind = '', path = '', status = '', before, after, detail]: readonly string[]): UndoItem | undefined {
  if (!isKind(kind) || !isItemStatus(status)) return undefined;
  const told = kind === 'file' || (kind === 'value' && status !== 'next-boot');
  const values = told ? known(before, after, detail) : known('?', '?', detail);
  return { kind, path: text(path), status, ...values };
}

function known(before = '?', after = '?', detail = '=') {
  const reason = detailOf(detail);
  return {
    ...(before !== '?' && { before: valueIn(before) }),
    ...(after !== '?' && { after: valueIn(after) }),
    ...(reason && { detail: reason }),
  };
}

const sideEffects = (lines: Lines): SideEffect[] =>
  of(lines, 'side').map(([path = '', before = '-', after = '-']) => ({
    path: text(path),
    before: valueIn(before),
    after: valueIn(after),
  }));

function editedFile([path = '', expected = '-', found = '-']: readonly string[]): EditedFile {
  return { path: text(path), expected: contentOf(expected), found: contentOf(found), isLink: found === 'link' };
}

const contentOf = (word: string) =>
  word.startsWith('=') ? Buffer.from(word.slice(1), 'base64').toString() : undefined;

function valueIn(word: string): string {
  if (word === '-') return 'absent';
  const plain = text(word);
  return plain.startsWith('=') ? plain.slice(1) : plain;
}

/** A reason's word: "=" and the text, which is escaped by itself. */
const detailOf = (word: string | undefined): string | undefined => {
  const plain = word?.startsWith('=') ? text(word.slice(1)) : undefined;
  return plain === '' ? undefined : plain;
};

/** What a word stands for: octal escapes of UTF-8, or itself. */
function text(word: string): string {
  if (!word.includes('\\')) return word;
  const bytes = [...word.matchAll(/\\0([0-7]{3})/g)].map(([, digits = '']) => Number.parseInt(digits, 8));
  return Buffer.from(bytes).toString();
}
