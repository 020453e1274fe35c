import type { CheckReport } from './report.ts';

/** What --fail-on accepts, from the least to the most strict. */
export const FAIL_ON = ['fail', 'boot', 'warn'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/**
 * The exit code that a finished report asks for.
 * @param failOn 'fail': something required fails; 'boot': or will fail at the next boot; 'warn': or there is any warning
 * @returns 1 when that is so, else 3 when a node could not be judged, else 0
 */
export function exitCode(report: CheckReport, failOn: FailOn): 0 | 1 | 3 {
  const { summary } = report;
  if (summary.fail > 0) return 1;
  if (failOn === 'boot' && (summary.breakAtReboot ?? 0) > 0) return 1;
  if (failOn === 'warn' && hasWarning(report)) return 1;
  return summary.unknown > 0 ? 3 : 0;
}

/** Not from the counts alone: a node that is unknown in one rule may warn in another. */
function hasWarning(report: CheckReport): boolean {
  return report.nodes.some((node) => node.findings.some((finding) => finding.verdict === 'warn'));
}
