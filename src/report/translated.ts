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
  const { helps, shared } = language;
  if (!translation) return { ...framed, note: language.untranslated };
  const { title, when, from = [], symptoms = [], meaning, caution = [], causes = {} } = translation;
  const { needed, neededNotes = [], now = [], boot = [] } = translation;
  const byEntry = (own: readonly string[], other: readonly string[]) => own.map((text, index) => other[index] ?? text);
  const besidesShared = (own: readonly string[], other: readonly string[]) => {
    const rest = other.values();
    return own.map((text) => shared(text) ?? rest.next().value ?? text);
  };
  return {
    ...framed,
    title,
    when,
    messages: rule.messages.map((message, index) => ({ ...message, from: from[index] ?? message.from })),
    symptoms: byEntry(rule.symptoms, symptoms),
    meaning: byEntry(framed.meaning, meaning),
    needed: rule.needed.map((own, index) => {
      const [cluster = own.cluster, reason] = needed[index] ?? [];
      return { cluster, verdict: language.verdict(own.verdict, reason) };
    }),
    ...(rule.neededNotes && { neededNotes: byEntry(rule.neededNotes, neededNotes) }),
    now: besidesShared(rule.now, now),
    boot: besidesShared(rule.boot, boot),
    causes: framed.causes.map((each) => ({ ...each, helps: causes[each.cause] ?? helps[each.cause] ?? each.helps })),
    ...(rule.caution && { caution: { ...rule.caution, text: byEntry(rule.caution.text, caution) } }),
  };
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
    meaning: same(rule.meaning),
    needed: rule.needed.map((each) => ({ ...each, verdict: verdict(each.verdict) })),
    now: same(rule.now),
    boot: same(rule.boot),
    ...(rule.reapply && { reapply: same(rule.reapply) }),
    causes: rule.causes.map((each) => ({ ...each, name: causes[each.cause] })),
    remedy: { ...rule.remedy, systems: named },
    sources: rule.sources.map((each) => ({ ...each, title: shared(each.title) ?? each.title })),
  };
}
