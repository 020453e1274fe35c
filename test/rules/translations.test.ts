import { describe, expect, test } from 'vitest';
import { explanationOf } from '../../src/judge/explain-rule.ts';
import { CHINESE } from '../../src/report/chinese.ts';
import { SHARED } from '../../src/report/chinese-sentences.ts';
import { renderExplanations } from '../../src/report/explanation-text.ts';
import { ENGLISH } from '../../src/report/explanation-words.ts';
import { explainRules } from '../../src/report/explanations.ts';
import { translated } from '../../src/report/translated.ts';
import { RULES } from '../../src/rules/index.ts';
import { TRANSLATIONS } from '../../src/rules/zh/index.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import { isCommand } from '../../src/text/advice.ts';

const translationOf = (id: string) => TRANSLATIONS.find(({ rule }) => rule === id);
const HAN = /\p{Script=Han}/u;

// Not a failure: a new rule is one file, and its author need not write Chinese. It is shown in English until somebody does.
for (const { id } of RULES.filter(({ id }) => !translationOf(id)))
  test.todo(`src/rules/zh/${id}.ts is not written yet`);

test('no translation is left of a rule that is gone', () => {
  const ids = RULES.map(({ id }) => id);
  expect(TRANSLATIONS.map(({ rule }) => rule).filter((rule) => !ids.includes(rule))).toEqual([]);
});

/** Lists of which the end is made of data, which has no language. */
const MADE_OF_DATA: Readonly<Record<string, number>> = { 'known-kernels': 2 };

/** What a rule says of how it is judged, without the sentences that rules share. */
const ownSentences = (texts: readonly string[]) => texts.filter((text) => CHINESE.shared(text) === undefined);
/** The reason behind a verdict's word: `required: flanneld exits without it`. */
const reasonOf = (verdict: string) => /^\w+[:,] (.*)$/.exec(verdict)?.[1];

const TRANSLATED = RULES.filter(({ id }) => translationOf(id));
const translatedRules = RULES.flatMap((rule) => {
  const translation = translationOf(rule.id);
  return translation ? [{ id: rule.id, title: rule.title, english: explanationOf(rule), chinese: translation }] : [];
});

describe.each(translatedRules)('the translation of $id', ({ id, title, english, chinese }) => {
  const byEntry = (own: readonly string[], other: readonly string[] = []) =>
    own.map((text, index): [string, string | undefined] => [text, other[index]]);
  const pairs: [own: string, other: string | undefined][] = [
    [title, chinese.title],
    [english.when, chinese.when],
    ...byEntry(english.symptoms, chinese.symptoms),
    ...byEntry(english.meaning.slice(0, MADE_OF_DATA[id]), chinese.meaning),
    ...byEntry(english.neededNotes ?? [], chinese.neededNotes),
    ...byEntry(ownSentences(english.now), chinese.now),
    ...byEntry(ownSentences(english.boot), chinese.boot),
    ...english.needed.flatMap(({ verdict }, index): [string, string | undefined][] => {
      const [own, [, other] = []] = [reasonOf(verdict), chinese.needed[index]];
      return own === undefined ? [] : [[own, other]];
    }),
    ...byEntry(english.caution?.text ?? [], chinese.caution),
    ...english.causes.map(({ cause, helps }): [string, string | undefined] => [
      helps,
      chinese.causes?.[cause] ?? CHINESE.helps[cause],
    ]),
  ];

  test('has a text for each of the rule, and none more', () => {
    for (const [own, other] of pairs) expect(other, own).toBeDefined();
    const { from = [], symptoms = [], meaning, caution = [], causes = {} } = chinese;
    const { needed, neededNotes = [], now = [], boot = [] } = chinese;
    const { messages, caution: warned } = english;
    expect(needed.map(([, reason]) => reason === undefined)).toEqual(
      english.needed.map(({ verdict }) => reasonOf(verdict) === undefined),
    );
    expect(neededNotes).toHaveLength(english.neededNotes?.length ?? 0);
    expect([now, boot].map((texts) => texts.length)).toEqual(
      [english.now, english.boot].map((texts) => ownSentences(texts).length),
    );
    expect(from).toHaveLength(messages.length);
    expect(symptoms).toHaveLength(english.symptoms.length);
    expect(meaning).toHaveLength(MADE_OF_DATA[id] ?? english.meaning.length);
    expect(caution).toHaveLength(warned?.text.length ?? 0);
    expect(english.causes.map(({ cause }) => cause)).toEqual(expect.arrayContaining(Object.keys(causes)));
  });

  test('is Chinese, and has the same code and the same numbers as the English text', () => {
    const numbers = (text: string) => text.replaceAll(/(\d),(\d)/g, '$1$2').match(/\d+(?:\.\d+)*/g) ?? [];
    // Which clusters: many are only names.
    const clusters = byEntry(
      english.needed.map(({ cluster }) => cluster),
      chinese.needed.map(([cluster]) => cluster),
    );
    for (const [, other] of pairs) expect(other).toMatch(HAN);
    for (const [own, other = ''] of [...pairs, ...clusters]) {
      for (const code of other.match(/`[^`]+`/g) ?? []) expect(own, other).toContain(code);
      for (const number of numbers(other)) expect(numbers(own), other).toContain(number);
    }
  });
});

describe('a rule in Chinese', () => {
  const [rule] = explainRules(RULES.slice(0, 1), '1.2.3').rules;
  if (!rule) throw new Error('there is no rule');

  test('without a translation is shown in English, and says so', () => {
    const shown = translated(rule, undefined, CHINESE);
    expect([shown.title, shown.meaning, shown.note]).toEqual([rule.title, rule.meaning, CHINESE.untranslated]);
  });

  test('keeps its commands, sources, and messages', () => {
    const shown = translated(rule, translationOf(rule.id), CHINESE);
    const commands = (systems: typeof rule.remedy.systems) =>
      systems.map(({ steps }) => steps.flatMap((step) => (isCommand(step) ? step.run : [])));
    expect(shown.messages.map(({ text }) => text)).toEqual(rule.messages.map(({ text }) => text));
    expect(commands(shown.remedy.systems)).toEqual(commands(rule.remedy.systems));
    expect([shown.sources, shown.note]).toEqual([rule.sources, undefined]);
  });
});

const { symptoms, caution, sources, remedyBySystem } = CHINESE.words;
/**
 * What Chinese text writes in another way: “ ”, 、, 80%, 32768, 双协议栈, 及更高版本, 仅显示, 检查结果; a verb without its subject behind its object; a
 * machine is restarted (重启), a service is started again (重新启动).
 */
const WRONG_IN_CHINESE =
  /"[^"]*\p{Script=Han}[^"]*"|`, `|\d %|\d,\d{3}|双栈|及以后|只显示|报告会|没有读取[。，]|重启(?:网络|服务)/gu;

/** Sections with messages of programs, commands and titles. */
const NO_LANGUAGE = [symptoms, caution, sources, remedyBySystem];

describe.each(explainRules(TRANSLATED, '1.2.3').rules)('the whole explanation of $id in Chinese', (rule) => {
  const shown = translated(rule, translationOf(rule.id), CHINESE);
  const text = renderExplanations([shown], { columns: 1000, color: false, unicode: true }, CHINESE.words);
  const [, ...sections] = text.split(/\n\n(?=\S)/);

  test('has headings, verdicts, causes and steps in Chinese', () => {
    const heads = sections.map((section) => section.split('\n')[0]);
    expect(heads.filter((head) => !HAN.test(head ?? '') && head !== CHINESE.words.reapply)).toEqual([]);
    expect(shown.needed.filter(({ verdict }) => !HAN.test(verdict))).toEqual([]);
    expect(shown.causes.filter(({ name = '' }) => !HAN.test(name))).toEqual([]);
    const sentences = shown.remedy.systems.flatMap(({ steps }) =>
      steps.map((step) => (isCommand(step) ? step.lead : step)).filter((each) => typeof each === 'string'),
    );
    expect(sentences.filter((each) => !HAN.test(each))).toEqual([]);
  });

  test('has no English or ASCII punctuation, and no word for which another is used', () => {
    const prose = sections.filter((section) => !NO_LANGUAGE.includes(section.split('\n')[0] ?? '')).join('\n');
    expect(prose.match(WRONG_IN_CHINESE) ?? []).toEqual([]);
    const items = prose.split('\n').filter((line) => line.startsWith('    - '));
    expect(items.filter((line) => line.split('：').length > 2)).toEqual([]);
  });

  test('leaves no line in English', () => {
    const english = sections
      .filter((section) => !NO_LANGUAGE.includes(section.split('\n')[0] ?? ''))
      .flatMap((section) => section.split('\n    '))
      .filter((line) => /[a-z] [a-z]+ [a-z]/.test(line) && !HAN.test(line));
    expect(english).toEqual([]);
  });
});

test('no shared sentence is translated that no rule says', () => {
  const said = explainRules(RULES, '1.2.3').rules.flatMap(({ meaning, now, boot, reapply = [], remedy, sources }) => [
    ...[...meaning, ...now, ...boot, ...reapply],
    ...sources.map(({ title }) => title),
    ...remedy.systems.flatMap(({ steps }) => steps.map((step) => (isCommand(step) ? step.lead : step))),
  ]);
  const unused = SHARED.filter(([english]) => !said.some((text) => typeof text === 'string' && english.test(text)));
  expect(unused).toEqual([]);
});

test('explain has every word of its own in Chinese, and every system', () => {
  for (const word of Object.keys(ENGLISH)) expect(CHINESE.words).toHaveProperty(word);
  expect(Object.keys(CHINESE.systems).sort()).toEqual(SYSTEMS.map(({ id }) => id).sort());
});
