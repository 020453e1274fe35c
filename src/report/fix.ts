import { type CommandCompleter, unchanged } from './command-completer.ts';
import type { FixReport, UndoReport } from './fix-report.ts';
import { renderChanges } from './fix-table.ts';
import type { FixFormat } from './formats.ts';
import { renderJson } from './json.ts';
import type { Terminal } from './terminal.ts';
import { printableReport } from './text.ts';
import { renderYaml } from './yaml.ts';

/**
 * The report of a fix or an undo as text for stdout, ending with one newline; only 'name' is empty if no node changed. JSON and YAML
 * do not depend on the terminal.
 * @param retype completes the suggested commands
 */
export function renderFix(
  report: FixReport | UndoReport,
  format: FixFormat,
  terminal: Terminal,
  retype: CommandCompleter = unchanged,
): string {
  if (format === 'json') return renderJson(report);
  if (format === 'yaml') return renderYaml(report);
  const shown = printableReport(report, terminal);
  return format === 'name' ? names(shown) : renderChanges(shown, terminal, retype);
}

/** The plan to show before the question: the table of a report whose nodes are planned. */
export function renderPlan(report: FixReport | UndoReport, terminal: Terminal, retype: CommandCompleter): string {
  return renderFix(report, 'table', terminal, retype);
}

/** node/NAME of every node that was changed (in a dry run: that would be), one per line. */
function names({ nodes, dryRun }: FixReport | UndoReport): string {
  const counts = dryRun ? 'planned' : 'changed';
  return nodes
    .filter(({ outcome, steps }) => outcome === counts || steps.some((step) => step.outcome === 'changed'))
    .map(({ name }) => `node/${name}\n`)
    .join('');
}
