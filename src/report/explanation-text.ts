import { hang } from '../text/wrap.ts';
import { tableLines } from './columns.ts';
import type { RuleExplanation } from './explanations.ts';
import { isCommand } from './problems.ts';
import { paint, type Terminal } from './terminal.ts';

const INDENT = 4;
const MARGIN = ' '.repeat(INDENT);
const COMMAND = MARGIN.repeat(2);
/** Prose for people, also when it goes into a pipe. */
const COLUMNS = 80;

/** All rules in a table: what each checks, and where it is required. */
export function renderRuleList(rules: readonly RuleExplanation[], terminal: Terminal): string {
  const columns = terminal.columns ?? COLUMNS;
  const layout = [
    { head: 'RULE', wraps: true },
    { head: 'PASSES WHEN', wraps: true },
    { head: 'REQUIRED WHERE', wraps: true },
  ];
  const rows = rules.map(({ id, title, when }) => [id, title, when]);
  const stacked = () =>
    rows.flatMap(([id = '', ...rest]) => [id, ...rest.flatMap((text) => hang(MARGIN, text, INDENT, columns))]);
  const lines = [
    ...(tableLines(layout, rows, columns) ?? stacked()),
    '',
    ...hang(
      '',
      'A rule is judged in the running kernel and for the next boot: fail when something required is missing now, warn when only the next boot will lose it.',
      0,
      columns,
    ),
    ...hang('', 'All about one of them: kubectl netprereq explain RULE', 0, columns),
  ];
  return `${lines.join('\n')}\n`;
}

/** Everything about each of the rules. Commands and addresses stay on one line however long: half a command must never be pasted. */
export function renderExplanations(rules: readonly RuleExplanation[], terminal: Terminal): string {
  return rules.map((rule) => `${sections(rule, terminal).flat().join('\n')}\n`).join('\n\n');
}

function sections(rule: RuleExplanation, terminal: Terminal): string[][] {
  const columns = terminal.columns ?? COLUMNS;
  const say = (text: string, lead = MARGIN, indent = lead.length) => hang(lead, text, indent, columns);
  const section = (head: string, ...paragraphs: string[][]): string[] => {
    const body = paragraphs
      .filter((lines) => lines.length > 0)
      .flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
    return body.length === 0 ? [] : ['', paint('bold', head, terminal), ...body];
  };
  const prose = (texts: readonly string[] = []) => texts.map((text) => say(text));
  const { caution, remedy, sources } = rule;
  const step = (text: string) => (isCommand(text) ? [COMMAND + text] : say(text, COMMAND));
  const steps = remedy.systems.map(({ system, steps }) => [...say(`${system}:`), ...steps.flatMap(step)]);
  return [
    [
      ...hang('', `${rule.id}: ${rule.title}`, INDENT, columns),
      ...(rule.aliases.length === 0 ? [] : say(`Also known as: ${rule.aliases.join(', ')}`)),
    ],
    section(
      'WHAT PEOPLE SEE',
      ...rule.messages.map(({ text, from }) => [...say(`${from}:`), ...say(text, COMMAND)]),
      ...prose(rule.symptoms),
    ),
    section('WHAT IT MEANS', ...prose(rule.meaning)),
    section(
      'WHEN IT IS NEEDED',
      rule.needed.flatMap(({ cluster, verdict }) => say(`${cluster}: ${verdict}`, `${MARGIN}- `)),
      ...prose(rule.neededNotes),
    ),
    section('HOW NOW IS JUDGED', ...prose(rule.now)),
    section('HOW THE NEXT BOOT IS JUDGED', ...prose(rule.boot)),
    section('SYSCTL --SYSTEM', ...prose(rule.reapply)),
    section(
      'CAUSES, AND WHAT HELPS',
      rule.causes.flatMap(({ cause, helps }) => say(`${cause}: ${helps}`, `${MARGIN}- `)),
    ),
    section(
      'BEFORE MENDING IT',
      ...prose(caution?.text),
      caution?.command === undefined ? [] : [COMMAND + caution.command],
    ),
    section('WHAT TO TYPE, BY SYSTEM', ...steps),
    section(
      'SOURCES',
      sources.map(({ title, url }) => MARGIN + (url ?? title)),
      [MARGIN + rule.docs],
    ),
  ];
}
