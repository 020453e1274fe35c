import { breaksAtReboot, mayBreakAtReboot } from './build.ts';
import type { FixReport, UndoReport } from './fix-report.ts';
import type { CheckReport, ReportFinding } from './report.ts';

/** What --fail-on accepts, from the least to the most strict. */
export const FAIL_ON = ['fail', 'boot', 'warn'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/**
 * The exit code that a finished report asks for.
 * @param failOn 'fail': something required fails; 'boot': or will fail at the next boot; 'warn': or there is any warning
 * @returns 1 when that is so, else 3 when a node could not be judged, with 'boot' also when its next boot could not, else 0
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
 * The exit code that a finished fix asks for: that of the nodes as they were when they were looked at for the second time. A plan
 * that was only shown fails no more than its refusals.
 * @returns 1 when a node was refused or failed, or when what is left of the failures asks for it; else 3 when a node is unknown; else 0
 */
export function fixExitCode(report: FixReport, failOn: FailOn): 0 | 1 | 3 {
  const code = undoExitCode(report);
  if (code === 1 || report.dryRun) return code;
  // Of a node that was changed and could not be looked at again, what it lacked before says nothing.
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

/** The exit code that a finished undo asks for: 1 when a node was refused or failed, else 3 when one is unknown, else 0. */
export function undoExitCode({ summary }: FixReport | UndoReport): 0 | 1 | 3 {
  if (summary.refused > 0 || summary.failed > 0) return 1;
  return summary.unknown > 0 ? 3 : 0;
}
