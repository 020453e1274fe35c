import type { Severity, State } from '../../src/judge/finding.ts';
import { compose } from '../../src/judge/verdict.ts';
import { explainRules, type RuleExplanation } from '../../src/report/explanations.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Advice, isCommand } from '../../src/text/advice.ts';
import { CAUSES, type Coverage, DEMANDS, TRAPS } from './coverage.ts';
import { GENERATED, page, paragraph, table, verbatim } from './markdown.ts';

const INTRODUCTION = [
  'What `kubectl netprereq check` checks, one section per rule; `kubectl netprereq explain` prints the same. The ids are stable: `--only`, `--skip` and ' +
    'the JSON report use them. `--only`, `--skip` and `explain` also take aliases, such as the name of the sysctl or module.',
  "A rule is **required** if the cluster's network does not work without it, **recommended** if that is unknown, and skipped, with the " +
    "reason, if the cluster does not need it. What could not be read is *unknown*, never pass. All values are read in the node's own network namespace.",
  'Each rule is judged twice: **now**, in the running kernel, and for the **next boot**, which is [simulated](boot.md). Together they decide its verdict:',
];

/** docs/rules.md, from the rules and their explanations. */
export function rulesPage(): string {
  const { rules } = explainRules(RULES, '');
  return page([
    '# Prerequisites',
    GENERATED,
    ...INTRODUCTION.map(paragraph),
    verdicts(),
    ...rules.flatMap(section),
    ...coverage(),
  ]);
}

/** What breaks networks, and what of it is judged. Below the rules, under headings that are no rules'. */
function coverage(): string[] {
  return [
    '# What breaks networks, and what judges it',
    coverageTable('cause', CAUSES),
    '# What components ask for besides',
    coverageTable('what', DEMANDS),
    '# What is easily judged wrongly',
    paragraph('Lists of modules, single sysctls and single files mislead. These rules judge all of them together.'),
    coverageTable('what misleads', TRAPS),
  ];
}

function coverageTable(what: string, rows: readonly Coverage[]): string {
  const cells = rows.map(({ breaks, rules, not = '' }) => [
    breaks,
    rules.map((id) => `[${id}](#${id})`).join(', '),
    not,
  ]);
  return table([what, 'rules', 'what is not judged, and why'], cells);
}

function verdicts(): string {
  const outcomes: readonly [State['verdict'], State['verdict'] | undefined, string][] = [
    ['fail', undefined, 'whatever'],
    ['unknown', undefined, 'whatever'],
    ['pass', 'fail', 'fail'],
    ['pass', 'unknown', 'unknown'],
    ['pass', 'pass', 'pass'],
  ];
  const severities: readonly Severity[] = ['required', 'recommended'];
  return table(
    ['now', 'next boot', ...severities],
    outcomes.map(([now, boot, text]) => [now, text, ...severities.map((severity) => compose(severity, now, boot))]),
  );
}

function section(rule: RuleExplanation): string[] {
  const { caution, messages, needed, causes, remedy, sources } = rule;
  const prose = (texts: readonly string[] = []) => texts.map((text) => paragraph(linked(text, rule.id)));
  const led = (lead: string, [first = '', ...rest]: readonly string[] = []) =>
    first === '' ? [] : prose([`**${lead}** ${first}`, ...rest]);
  return [
    `## ${rule.id}`,
    paragraph(`**${rule.title}.**${aliases(rule)}`),
    '**What people see.**',
    ...messages.flatMap(({ text, from }) => [paragraph(`${from}:`), verbatim([text])]),
    ...prose(rule.symptoms),
    ...led('What it means.', rule.meaning),
    '**When it is needed.**',
    table(
      ['cluster', ''],
      needed.map(({ cluster, verdict }) => [cluster, verdict]),
    ),
    ...prose(rule.neededNotes),
    ...led('How now is judged.', rule.now),
    ...led('How the next boot is judged.', rule.boot),
    ...led('`sysctl --system`.', rule.reapply),
    table(
      ['cause', 'what helps'],
      causes.map(({ cause, helps }) => [`\`${cause}\``, linked(helps, rule.id)]),
    ),
    ...led('Before you fix it.', caution?.text),
    caution?.command === undefined ? '' : verbatim([caution.command]),
    ...(remedy.systems.length === 0
      ? []
      : [
          '**What to type, by system**, when nothing else prevents it:',
          table(
            ['system', 'now and for the next boot'],
            remedy.systems.map(({ system, steps }) => [system, steps.map(step).join('<br>')]),
          ),
        ]),
    paragraph(
      `**Sources.** ${sources.map(({ title, url }) => (url === undefined ? title : `[${title}](${url})`)).join(', ')}.`,
    ),
  ];
}

/** A command as code; in a sentence, what Markdown would take for its own is escaped. */
function step(advice: Advice): string {
  const sentence = (text: string) => text.replace(/[[\]*_<>]/g, '\\$&');
  if (typeof advice === 'string') return sentence(advice);
  if (!isCommand(advice)) return sentence(advice.paste);
  const { lead, run } = advice;
  return `${lead === undefined ? '' : `${sentence(lead)}: `}\`${run}\``;
}

/** Ids of other rules become links. */
function linked(text: string, own: string): string {
  return text.replace(/`([a-z0-9-]+)`/g, (code, name: string) =>
    name !== own && RULES.some(({ id }) => id === name) ? `[${name}](#${name})` : code,
  );
}

function aliases({ aliases }: RuleExplanation): string {
  return aliases.length === 0 ? '' : ` Aliases: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`;
}
