import type { Translation } from '../judge/translation.ts';
import { SYSTEMS } from '../systems/index.ts';
import { type Advice, isCommand } from '../text/advice.ts';
import type { OtherLanguage } from './explanation-words.ts';
import type { RuleExplanation, ShownExplanation } from './explanations.ts';

/** A rule's explanation in another language. Texts without a translation stay in English; without any, a note says so. */
export function translated(
  rule: RuleExplanation,
  translation: Translation | undefined,
  language: OtherLanguage,
): ShownExplanation {
  const framed = withFrame(rule, language);
  const { helps, words } = language;
  if (!translation) return { ...framed, note: language.untranslated };
  const { title, when, from = [], symptoms = [], meaning, caution = [], causes = {} } = translation;
  const byEntry = (own: readonly string[], other: readonly string[]) => own.map((text, index) => other[index] ?? text);
  const shown = {
    ...framed,
    title,
    when,
    messages: rule.messages.map((message, index) => ({ ...message, from: from[index] ?? message.from })),
    symptoms: byEntry(rule.symptoms, symptoms),
    meaning: byEntry(rule.meaning, meaning),
    causes: framed.causes.map((each) => ({ ...each, helps: causes[each.cause] ?? helps[each.cause] ?? each.helps })),
    ...(rule.caution && { caution: { ...rule.caution, text: byEntry(rule.caution.text, caution) } }),
  };
  const left = SECTIONS.filter((section) => !textsOf(shown, section).every((text) => language.speaks.test(text)));
  return { ...shown, ...(left.length > 0 && { partly: language.partly(left.map((section) => words[section])) }) };
}

/** Translates the texts that rules share: sentences, verdicts, causes, systems. */
function withFrame(rule: RuleExplanation, { causes, shared, systems, verdict }: OtherLanguage): ShownExplanation {
  const same = (texts: readonly string[]) => texts.map((text) => shared(text) ?? text);
  const step = (advice: Advice): Advice => {
    if (typeof advice === 'string') return shared(advice) ?? advice;
    if (!isCommand(advice) || advice.lead === undefined) return advice;
    return { ...advice, lead: shared(advice.lead) ?? advice.lead };
  };
  const named = rule.remedy.systems.map(({ system, steps }) => {
    const id = SYSTEMS.find(({ title }) => title === system)?.id ?? '';
    return { system: systems[id] ?? system, steps: steps.map(step) };
  });
  return {
    ...rule,
    needed: rule.needed.map((each) => ({ ...each, verdict: verdict(each.verdict) })),
    now: same(rule.now),
    boot: same(rule.boot),
    ...(rule.reapply && { reapply: same(rule.reapply) }),
    causes: rule.causes.map((each) => ({ ...each, name: causes[each.cause] })),
    remedy: { ...rule.remedy, systems: named },
  };
}

/** Sections that a translation may leave in English, wholly or in part. */
const SECTIONS = ['meaning', 'needed', 'now', 'boot', 'reapply'] as const;

function textsOf(
  { meaning, needed, neededNotes = [], now, boot, reapply = [] }: ShownExplanation,
  section: (typeof SECTIONS)[number],
): readonly string[] {
  return { meaning, needed: [...needed.map(({ cluster }) => cluster), ...neededNotes], now, boot, reapply }[section];
}
