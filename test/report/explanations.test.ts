import { describe, expect, test } from 'vitest';
import { renderExplanations, renderRuleList, renderSummaries } from '../../src/report/explanation-text.ts';
import { explainRules } from '../../src/report/explanations.ts';
import { adviceText } from '../../src/text/advice.ts';
import { RULES } from '../support/rules.ts';

const { rules } = explainRules(RULES, '1.2.3');
const PIPE = { columns: undefined, color: false, unicode: true };
const COLOURS = { columns: 60, color: true, unicode: true };

/** Words only, so that where lines were broken makes no difference. */
const words = (text: string) => text.replace(/\s+/g, ' ');

describe('the list of all rules', () => {
  test.for([undefined, 60, 100])('has every rule and fits %s columns, in a pipe 80', (columns) => {
    const text = renderRuleList(rules, { ...PIPE, columns });
    for (const { id } of rules) expect(text).toMatch(new RegExp(`^${id} `, 'm'));
    expect(text.split('\n').filter((line) => line.length > (columns ?? 80))).toEqual([]);
  });

  test('goes without columns where they do not fit, and says what each line is', () => {
    const text = renderRuleList(rules, { ...PIPE, columns: 30 });
    for (const { id, title, when } of rules)
      expect(words(text)).toContain(`${id} PASSES WHEN: ${title} REQUIRED WHERE: ${when}`);
  });
});

describe.each(rules)('the explanation of $id', (rule) => {
  const text = renderExplanations([rule], PIPE);

  test('says all that there is to say', () => {
    const { messages, symptoms, meaning, needed, neededNotes = [], now, boot, causes, remedy, sources } = rule;
    const parts = [
      ...[...symptoms, ...meaning, ...neededNotes, ...now, ...boot],
      ...messages.flatMap((message) => [message.text, message.from]),
      ...needed.map(({ cluster, verdict }) => `${cluster}: ${verdict}`),
      ...causes.map(({ cause, helps }) => `${cause}: ${helps}`),
      ...remedy.systems.flatMap(({ system, steps }) => [system, ...steps.map(adviceText)]),
      ...sources.map(({ title, url }) => url ?? title),
      ...rule.aliases,
      'https://github.com/kubectl-netprereq/kubectl-netprereq/blob/v1.2.3/docs/rules.md#',
    ];
    for (const part of parts) expect(words(text)).toContain(words(part));
  });

  test('keeps to 80 columns in a pipe, but for commands and addresses, which stay whole', () => {
    const long = text.split('\n').filter((line) => line.length > 80);
    const whole = [
      ...rule.remedy.systems.flatMap(({ steps }) =>
        steps.flatMap((step) => (typeof step === 'object' ? adviceText(step) : [])),
      ),
      rule.caution?.command,
      rule.docs,
    ];
    for (const line of long) expect([...whole, ...rule.sources.map(({ url }) => url)]).toContain(line.trim());
    for (const command of whole.filter((command) => command !== undefined)) expect(text).toContain(`    ${command}\n`);
  });

  test('has colours only where they can be shown', () => {
    expect(text).not.toContain('\x1b');
    expect(renderExplanations([rule], COLOURS)).toContain('\x1b[1mWHAT IT MEANS\x1b[');
  });
});

describe.each(rules)('the summary of $id', (rule) => {
  const text = renderSummaries([rule], PIPE, []);

  test('has the first messages, the symptoms, and why, and leaves out the rest', () => {
    const { messages, symptoms, meaning, sources } = rule;
    for (const part of [...messages.slice(0, 2).map((message) => message.text), ...symptoms, ...meaning.slice(0, 1)]) {
      expect(words(text)).toContain(words(part));
    }
    for (const { url, title } of sources) expect(text).not.toContain(url ?? title);
  });

  test('has the whole caution: no sentence ends in a colon without its command', () => {
    const { text: said = [], command = '' } = rule.caution ?? {};
    for (const part of said) expect(words(text)).toContain(words(part));
    expect(text).toContain(command);
  });

  test('names fix only where a program can repair it', () => {
    expect(text.includes('kubectl netprereq fix NODE')).toBe(rule.remedy.systems.length > 0);
  });
});
