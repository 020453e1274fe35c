import { hang } from '../text/wrap.ts';
import type { ReportStep, StepOutcome } from './fix-report.ts';
import { paint, type Style, type Terminal } from './terminal.ts';

const INDENT = 4;
/** The indentation of lines that belong to a step: the width of "    ✔ " and "    1 ". */
const BESIDE_MARK = 6;

const MARKS: Readonly<Record<StepOutcome, { unicode: string; ascii: string; style: Style }>> = {
  planned: { unicode: '•', ascii: '*', style: 'reset' },
  changed: { unicode: '✔', ascii: '+', style: 'green' },
  unchanged: { unicode: '–', ascii: '-', style: 'dim' },
  left: { unicode: '–', ascii: '-', style: 'amber' },
  failed: { unicode: '✖', ascii: 'x', style: 'red' },
  'not-reached': { unicode: '?', ascii: '?', style: 'dim' },
};

/** What an outcome adds to the sentence; nothing if the mark is enough. */
const REMARKS: Readonly<Partial<Record<StepOutcome, string>>> = {
  unchanged: 'already set',
  left: 'left as it is',
  failed: 'failed',
  'not-reached': 'not reached',
};

/**
 * One step: what it does, its outcome, and in a plan the reason.
 * @param withWhy whether to show the reason, because the user still has to decide
 */
export function stepLines(step: ReportStep, withWhy: boolean, terminal: Terminal): string[] {
  const { do: does, outcome, reason, why } = step;
  const mark = MARKS[outcome];
  const sign = terminal.unicode ? mark.unicode : mark.ascii;
  const gone = outcome === 'unchanged' && does.startsWith('remove-');
  const remark = [gone ? 'already gone' : REMARKS[outcome], reason].filter((text) => text !== undefined).join(': ');
  const text = remark === '' ? sentence(step, terminal) : `${sentence(step, terminal)}: ${remark}`;
  const lead = `${' '.repeat(INDENT)}${sign} `;
  const [first = '', ...rest] = hang(lead, text, BESIDE_MARK, terminal.columns);
  return [
    outcome === 'planned' ? first : first.replace(sign, () => paint(mark.style, sign, terminal)),
    ...rest,
    ...(withWhy && why !== undefined ? hang(' '.repeat(BESIDE_MARK), why, BESIDE_MARK, terminal.columns) : []).map(
      (line) => ' '.repeat(BESIDE_MARK) + paint('dim', line.slice(BESIDE_MARK), terminal),
    ),
  ];
}

function sentence({ do: does, what, file = '', before, after }: ReportStep, terminal: Terminal): string {
  const becomes = `${before ?? 'unknown'} ${arrow(terminal)} ${after ?? 'unknown'}`;
  switch (does) {
    case 'keep-sysctl':
      return before === 'absent' ? `add "${what} = ${after}" to ${file}` : `in ${file} set ${what}: ${becomes}`;
    case 'keep-module':
      return `add "${what}" to ${file}`;
    case 'load-module':
      return `modprobe ${what}`;
    case 'set-sysctl':
      return before === 'absent'
        ? `sysctl -w ${what}=${after} (once its module is loaded)`
        : `sysctl -w ${what}: ${becomes}`;
    case 'restart-pod':
      return `restart ${what} (${before})`;
    case 'remove-file':
    case 'remove-directory':
    case 'unload-module':
      return `${does.replaceAll('-', ' ')} ${what}`;
    default:
      // A step of undo or of a later version: its name says what it does.
      return `${does.replaceAll('-', ' ')} ${what}${file === '' ? '' : ` in ${file}`}: ${becomes}`;
  }
}

/** Between the old and the new value. */
export function arrow(terminal: Terminal): string {
  return terminal.unicode ? '→' : '->';
}
