import type { CommandCompleter } from './command-completer.ts';
import { driftParagraphs } from './drift.ts';
import { fixHint, notes, summaryLines } from './notes.ts';
import { overviewLines } from './overview.ts';
import { problemParagraphs, problemsOf } from './problems.ts';
import type { CheckReport } from './report.ts';
import { joined } from './sections.ts';
import { symptomLines } from './symptoms.ts';
import type { Terminal } from './terminal.ts';

/** The default view: the table, the problems and their causes, the next command, the summary. Expects printable text. */
export function renderTable(report: CheckReport, terminal: Terminal, retype: CommandCompleter): string {
  const problems = problemsOf(report);
  return joined([
    overviewLines(report, terminal),
    ...problemParagraphs(problems, terminal, retype),
    symptomLines(report.nodes, terminal),
    fixHint(report, problems, terminal, retype),
    ...driftParagraphs(report.drift ?? [], terminal),
    ...notes(report, terminal, retype),
    summaryLines(report, terminal),
  ]);
}
