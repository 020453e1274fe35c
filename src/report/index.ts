import { type CommandCompleter, unchanged } from './command-completer.ts';
import type { Format } from './formats.ts';
import { jsonParts, renderJson } from './json.ts';
import { renderName } from './name.ts';
import type { CheckReport } from './report.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { printableReport } from './text.ts';
import { renderWide } from './wide.ts';
import { renderYaml, yamlParts } from './yaml.ts';

const FOR_PROGRAMS = { json: renderJson, yaml: renderYaml };
const FOR_PEOPLE = { table: renderTable, wide: renderWide, name: renderName };

/**
 * The report as text for stdout, ending with one newline; only 'name' is empty if no node fails or warns.
 * JSON and YAML do not depend on the terminal.
 * @param retype completes the commands that formats for people suggest
 */
export function render(
  report: CheckReport,
  format: Format,
  terminal: Terminal,
  retype: CommandCompleter = unchanged,
): string {
  if (format === 'json' || format === 'yaml') return FOR_PROGRAMS[format](report);
  return FOR_PEOPLE[format](printableReport(report, terminal), terminal, retype);
}

/** The same text in parts: a document of many nodes is too long to keep in memory. */
export function renderParts(...[report, format, ...rest]: Parameters<typeof render>): Iterable<string> {
  if (format === 'json') return jsonParts(report);
  return format === 'yaml' ? yamlParts(report) : [render(report, format, ...rest)];
}
