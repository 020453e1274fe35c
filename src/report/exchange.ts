import type { CommandCompleter } from './command-completer.ts';
import type { FailOn } from './exit.ts';
import type { ExchangeFormat } from './formats.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { CheckReport } from './report.ts';
import { renderSarif } from './sarif.ts';
import { printableReport } from './text.ts';

type Renderer = (shown: CheckReport, failOn: FailOn, retype: CommandCompleter) => string;
const RENDERERS: Readonly<Record<ExchangeFormat, Renderer>> = {
  junit: renderJunit,
  markdown: (shown, _failOn, retype) => renderMarkdown(shown, retype),
  sarif: renderSarif,
};

/**
 * The report as text for another program: a test report, a comment on a pull request, a code scan. In a file of its own, because
 * these formats load a library.
 * @param failOn what makes the exit code 1, and so is a failed test
 * @param retype completes the suggested commands
 */
export function exchange(
  report: CheckReport,
  format: ExchangeFormat,
  failOn: FailOn,
  retype: CommandCompleter,
): string {
  return RENDERERS[format](
    printableReport(report, { columns: undefined, color: false, unicode: true }),
    failOn,
    retype,
  );
}
