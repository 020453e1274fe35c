import { fromOctalWord } from '../facts/octal-word.ts';
import { openEnvelope } from '../probe/envelope.ts';

/** What became of one operation. */
export interface StepOutcome {
  readonly status: (typeof STATUS)[number];
  /** Why it failed, or was left. A node's words: untrusted. */
  readonly detail?: string;
}

/** Nothing was changed. code: one of the script's own words, such as late, boot, before, clock, unwritable, modprobe, tools. */
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

/** What a node's carrying out of a plan came to. */
export type ApplyOutcome =
  | {
      readonly outcome: 'changed' | 'unchanged' | 'failed';
      /** In the plan's order; undefined: they did not fit into the answer. */
      readonly steps: readonly StepOutcome[] | undefined;
      /** A signal asked for the end. */
      readonly stopped: boolean;
    }
  | Refused
  | Locked
  /** There is no answer that can be read, and so it is not known what was done. */
  | { readonly outcome: 'unknown'; readonly problem: string };

/**
 * Reads apply.sh's answer, as it came in its envelope. Throws nothing.
 * @param count how many operations were asked for
 */
export function parseApply(message: string, count: number): ApplyOutcome {
  const opened = openEnvelope(message);
  if ('problem' in opened) {
    // What unpacks the script says this before it begins.
    const [, reason] = /^np1 error .*/.test(message.trimStart()) ? opened.problem.split(/: (.*)/) : [];
    return reason ? { outcome: 'refused', code: 'tools', reason } : unknown(opened.problem);
  }
  const [first, outcome = [], ...lines] = opened.text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const [word, verdict = '', code = ''] = outcome;
  if (first?.join(' ') !== 'np-apply 1' || word !== 'outcome') return unknown(FOREIGN);
  if (lines.at(-1)?.[0] !== 'end') return unknown('the answer was cut off');
  switch (verdict) {
    case 'locked': {
      const [holder = '-', since = '0'] = of(lines, 'holder')[0] ?? [];
      return { outcome: verdict, holder: fromOctalWord(holder), since: Number(since) || 0 };
    }
    case 'refused':
      return { outcome: verdict, code, reason: detailOf(of(lines, 'reason')[0]?.[0]) ?? 'the node gave no reason' };
    case 'changed':
    case 'unchanged':
    case 'failed': {
      const steps = of(lines, 'dropped').length > 0 ? undefined : stepOutcomes(of(lines, 'step'), count);
      if (steps === 'garbled') return unknown('a step of the answer cannot be read');
      return { outcome: verdict, steps, stopped: of(lines, 'stopped').length > 0 };
    }
    default:
      return unknown(FOREIGN);
  }
}

const FOREIGN = 'the answer has an unknown format';

type Lines = readonly (readonly string[])[];

const unknown = (problem: string) => ({ outcome: 'unknown', problem }) as const;

/** The words behind KIND of all lines of that kind. */
const of = (lines: Lines, kind: string): Lines =>
  lines.filter(([first]) => first === kind).map((line) => line.slice(1));

const STATUS = ['done', 'unchanged', 'left', 'failed', 'not-reached'] as const;

/** NUMBER STATUS =DETAIL; what is said last of a step counts. */
function stepOutcomes(lines: Lines, count: number): StepOutcome[] | 'garbled' {
  const steps = Array.from({ length: count }, (_, index): StepOutcome | undefined => {
    const [, word, detail] = lines.findLast(([number]) => number === `${index + 1}`) ?? [];
    const status = STATUS.find((known) => known === word);
    const told = detailOf(detail);
    return status && { status, ...(told && { detail: told }) };
  });
  const read = steps.filter((step) => step !== undefined);
  return read.length === count ? read : 'garbled';
}

/** A reason's word: "=" and the text, which is escaped by itself. */
function detailOf(word: string | undefined): string | undefined {
  const plain = word?.startsWith('=') ? fromOctalWord(word.slice(1)) : undefined;
  return plain === '' ? undefined : plain;
}
