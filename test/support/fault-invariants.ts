import type { CheckReport } from '../../src/report/report.ts';
import type { Result } from './command.ts';

/** A row that every report must have, and the verdicts that are true of its node; undefined: any. */
export type Allowed = (row: CheckReport['nodes'][number], report: CheckReport) => readonly string[] | undefined;

/**
 * What a check has done that it must never do, whatever went wrong meanwhile.
 * @param left the pods that exist after its end, as namespace/name
 * @param requests how many it sent, and how many it may: whoever repeats without a pause sends thousands
 * @returns its report, if it printed one, and what is wrong, in words
 */
export function invariants(
  { code, signal, stdout, stderr }: Result,
  left: readonly string[],
  requests: { sent: number; most: number },
  allowed: Allowed,
): { report?: CheckReport; found: string[] } {
  const found: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || found.push(what));
  must(signal === null, `ended by ${signal}`);
  must(!/\u001b|\u009b/.test(stdout + stderr), 'printed an escape sequence');
  must(!/\n\s+at |TypeError|Unhandled|heap/.test(stderr), 'printed a stack trace');
  must(requests.sent <= requests.most, `sent ${requests.sent} requests`);
  if (stdout === '') {
    must(code === 2 && /\S/.test(stderr), `ended with ${code} and no report`);
    must(left.length === 0, `left ${left} and no report`);
    return { found };
  }
  const report: CheckReport = JSON.parse(stdout);
  const { fail, unknown } = report.summary;
  must(code === (fail > 0 ? 1 : unknown > 0 ? 3 : 0), `ended with ${code}, ${fail} failing, ${unknown} unknown`);
  must(
    left.every((pod) => report.leftovers.includes(pod)),
    `left ${left}, named ${report.leftovers}`,
  );
  for (const row of report.nodes) {
    const verdicts = allowed(row, report);
    if (verdicts === undefined) continue;
    const { name, verdict, reason } = row;
    must(verdicts.includes(verdict), `${name} ${verdict}, must be ${verdicts.join(' or ')}`);
    must(verdict !== 'unknown' || (reason ?? '') !== '', `${name} is unknown for no reason`);
  }
  return { report, found };
}
