import { type Advice, adviceText, isCommand } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { hang } from '../text/wrap.ts';
import { tableLines } from './columns.ts';
import { ENGLISH, type ExplanationWords } from './explanation-words.ts';
import type { RuleExplanation, ShownExplanation } from './explanations.ts';
import { paint, type Terminal } from './terminal.ts';

const INDENT = 4;
const MARGIN = ' '.repeat(INDENT);
const COMMAND = MARGIN.repeat(2);
/** The width of text for people, also in a pipe. */
const COLUMNS = 80;
/** How many messages a summary shows; the best known come first. */
const MESSAGES = 2;

/** A table of all rules: what each checks, and where it is required. */
export function renderRuleList(rules: readonly ShownExplanation[], terminal: Terminal, words = ENGLISH): string {
  const columns = terminal.columns ?? COLUMNS;
  const layout = words.listHeads.map((head) => ({ head, wraps: true }));
  const rows = rules.map(({ id, title, when }) => [id, title, when]);
  const [, ...labels] = words.listHeads;
  const stacked = () =>
    rows.flatMap(([id = '', ...rest]) => [
      id,
      ...rest.flatMap((text, index) => hang(MARGIN, labels[index] + words.colon + text, INDENT, columns)),
    ]);
  const lines = [
    ...(tableLines(layout, rows, columns) ?? stacked()),
    '',
    ...words.listNotes.flatMap((note) => hang('', note, 0, columns)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Everything about each rule. Commands and addresses are never broken: half a command must never be pasted. */
export function renderExplanations(rules: readonly ShownExplanation[], terminal: Terminal, words = ENGLISH): string {
  return rules.map((rule) => `${everything(rule, terminal, words).flat().join('\n')}\n`).join('\n\n');
}

/**
 * The most important texts of each rule: symptoms, cause, commands. The next commands come last, so that they are on the screen.
 * @param lines the log lines that matched the rules, in the rules' order
 */
export function renderSummaries(
  rules: readonly ShownExplanation[],
  terminal: Terminal,
  lines: readonly string[],
  words = ENGLISH,
): string {
  return rules.map((rule, index) => `${summary(rule, terminal, words, lines[index]).flat().join('\n')}\n`).join('\n\n');
}

function summary(
  rule: ShownExplanation,
  terminal: Terminal,
  words: ExplanationWords,
  line: string | undefined,
): string[][] {
  const { say, section, prose, cautious, messages, steps, items } = layout(terminal, words);
  const { id, title, meaning, remedy, caution, causes } = rule;
  const [usual] = remedy.systems;
  const next = [
    `${MARGIN}# ${words.toReadAll}`,
    `${MARGIN}kubectl netprereq explain ${id} --full`,
    `${MARGIN}# ${words.toCheck}`,
    `${MARGIN}kubectl netprereq check --only ${id}`,
    ...(usual ? [`${MARGIN}# ${words.toFix}`, `${MARGIN}kubectl netprereq fix NODE`] : []),
  ];
  return [
    [
      ...say(id + words.colon + title, '', INDENT),
      ...(rule.note === undefined ? [] : say(rule.note)),
      ...(line === undefined ? [] : say(words.foundIn + words.colon + excerpt(line, 240))),
    ],
    section(words.symptoms, ...rule.messages.slice(0, MESSAGES).map(messages), ...prose(rule.symptoms)),
    section(words.why, ...prose(meaning.slice(0, 1))),
    section(words.caution, ...cautious(caution)),
    section(words.remedy, ...(usual ? [steps(usual)] : [items(causes.map(({ helps }) => helps))])),
    section(words.next, next),
  ];
}

function everything(rule: ShownExplanation, terminal: Terminal, words: ExplanationWords): string[][] {
  const { say, section, prose, cautious, messages, steps, items } = layout(terminal, words);
  const { caution, remedy, sources } = rule;
  return [
    [
      ...say(rule.id + words.colon + rule.title, '', INDENT),
      ...(rule.note === undefined ? [] : say(rule.note)),
      ...(rule.aliases.length === 0 ? [] : say(words.alsoKnownAs + words.colon + rule.aliases.join(words.comma))),
    ],
    section(words.symptoms, ...rule.messages.map(messages), ...prose(rule.symptoms)),
    section(words.meaning, ...prose(rule.meaning)),
    section(
      words.needed,
      items(rule.needed.map(({ cluster, verdict }) => cluster + words.colon + verdict)),
      ...prose(rule.neededNotes),
    ),
    section(words.now, ...prose(rule.now)),
    section(words.boot, ...prose(rule.boot)),
    section(words.reapply, ...prose(rule.reapply)),
    section(words.causes, items(rule.causes.map(({ cause, name = cause, helps }) => name + words.colon + helps))),
    section(words.caution, ...cautious(caution)),
    section(words.remedyBySystem, ...remedy.systems.map(steps)),
    section(
      words.sources,
      sources.map(({ title, url }) => MARGIN + (url ?? title)),
      [MARGIN + rule.docs],
    ),
  ];
}

/** Functions that lay out the parts of an explanation for this terminal. */
function layout(terminal: Terminal, { colon }: ExplanationWords) {
  const lead = colon.trimEnd();
  const columns = terminal.columns ?? COLUMNS;
  const commandText = (advice: Advice) =>
    isCommand(advice) && advice.lead !== undefined ? advice.lead + colon + advice.run : adviceText(advice);
  const say = (text: string, lead = MARGIN, indent = lead.length) => hang(lead, text, indent, columns);
  const prose = (texts: readonly string[] = []) => texts.map((text) => say(text));
  return {
    say,
    /** A heading and its paragraphs; nothing without any. */
    section(head: string, ...paragraphs: string[][]): string[] {
      const body = paragraphs
        .filter((lines) => lines.length > 0)
        .flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
      return body.length === 0 ? [] : ['', paint('bold', head, terminal), ...body];
    },
    items: (texts: readonly string[]) => [...new Set(texts)].flatMap((text) => say(text, `${MARGIN}- `)),
    prose,
    cautious: (caution: RuleExplanation['caution']) => [
      ...prose(caution?.text),
      caution?.command === undefined ? [] : [COMMAND + caution.command],
    ],
    messages: ({ text, from }: RuleExplanation['messages'][number]) => [...say(from + lead), ...say(text, COMMAND)],
    steps: ({ system, steps }: RuleExplanation['remedy']['systems'][number]) => [
      ...say(system + lead),
      ...steps.flatMap((step) => (typeof step === 'string' ? say(step, COMMAND) : [COMMAND + commandText(step)])),
    ],
  };
}
