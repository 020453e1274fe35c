import { breaksAtReboot, mayBreakAtReboot } from './build.ts';
import type { FixReport, UndoReport } from './fix-report.ts';
import type { CheckReport, ReportFinding } from './report.ts';

/** The values of --fail-on, from the least to the most strict. */
export const FAIL_ON = ['fail', 'boot', 'warn'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/**
 * The exit code of a finished report.
 * @param failOn 'fail': something required fails; 'boot': also if it fails after a reboot; 'warn': also on any warning
 * @returns 1 if that is so, otherwise 3 if a node could not be judged (with 'boot', also if its next boot could not), otherwise 0
 */
export function exitCode({ nodes, summary }: CheckReport, failOn: FailOn): 0 | 1 | 3 {
  if (nodes.some(({ findings }) => findings.some((finding) => failsRun(finding, failOn)))) return 1;
  if (failOn === 'boot' && nodes.some(mayBreakAtReboot)) return 3;
  return summary.unknown > 0 ? 3 : 0;
}

/** Whether a finding makes a check exit with 1. */
export function failsRun(finding: ReportFinding, failOn: FailOn): boolean {
  const { verdict } = finding;
  if (verdict === 'fail') return true;
  return failOn === 'boot' ? breaksAtReboot({ findings: [finding] }) : failOn === 'warn' && verdict === 'warn';
}

/**
 * The exit code of a finished fix, from the second check of the nodes. A plan that was only shown fails only by its refusals.
 * @returns 1 if a node was refused or failed, or if the remaining findings require it; otherwise 3 if a node is unknown; otherwise 0
 */
export function fixExitCode(report: FixReport, failOn: FailOn): 0 | 1 | 3 {
  const code = undoExitCode(report);
  if (code === 1 || report.dryRun) return code;
  // If a changed node could not be checked again, its earlier findings say nothing.
  const judged = report.nodes.map((node) => ({
    ...node,
    findings: node.after ?? (node.verdict === 'unknown' ? [] : node.before),
  }));
  const fails = judged.some(
    ({ verdict, findings }) => verdict === 'fail' || findings.some((finding) => failsRun(finding, failOn)),
  );
  if (fails) return 1;
  if (failOn === 'boot' && judged.some(mayBreakAtReboot)) return 3;
  return judged.some(({ verdict }) => verdict === 'unknown') ? 3 : code;
}

/** The exit code of a finished undo: 1 if a node was refused or failed, otherwise 3 if one is unknown, otherwise 0. */
export function undoExitCode({ summary }: FixReport | UndoReport): 0 | 1 | 3 {
  if (summary.refused > 0 || summary.failed > 0) return 1;
  return summary.unknown > 0 ? 3 : 0;
}
