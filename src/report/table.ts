import type { CommandCompleter } from './command-completer.ts';
import { mendingHint, notes, summaryLines } from './notes.ts';
import { overviewLines } from './overview.ts';
import { problemParagraphs, problemsOf } from './problems.ts';
import type { CheckReport } from './report.ts';
import type { Terminal } from './terminal.ts';

/** The default view: which nodes, what is wrong and why, what to type next; the summary last. Expects printable text. */
export function renderTable(report: CheckReport, terminal: Terminal, retype: CommandCompleter): string {
  const problems = problemsOf(report);
  const sections = [
    overviewLines(report, terminal),
    ...problemParagraphs(problems, terminal, retype),
    mendingHint(report, problems, terminal, retype),
    ...notes(report, terminal, retype),
    summaryLines(report, terminal),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
