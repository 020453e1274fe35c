import type { Cause } from '../judge/finding.ts';

/** The words of explain itself, around the rules' texts: one value per language. */
export interface ExplanationWords {
  /** Between a name and the text that follows. */
  colon: string;
  /** Between the names of a list. */
  comma: string;
  alsoKnownAs: string;
  foundIn: string;
  symptoms: string;
  why: string;
  meaning: string;
  needed: string;
  now: string;
  boot: string;
  reapply: string;
  causes: string;
  caution: string;
  remedy: string;
  remedyBySystem: string;
  sources: string;
  next: string;
  /** Comments above the next commands. */
  toReadAll: string;
  toCheck: string;
  toFix: string;
  /** The headings of the list of all rules, and the lines below it. */
  listHeads: readonly [rule: string, passes: string, required: string];
  listNotes: readonly string[];
}

/** A language other than English: its words, and texts that rules share. */
export interface OtherLanguage {
  words: ExplanationWords;
  /** What helps, by cause, if a rule's translation does not say it. */
  helps: Readonly<Partial<Record<Cause, string>>>;
  /** Names of causes. */
  causes: Readonly<Record<Cause, string>>;
  /** Names of operating systems, by id. */
  systems: Readonly<Record<string, string>>;
  /** Translates a sentence that many rules share; undefined: it has no translation. */
  shared(english: string): string | undefined;
  /** Translates the word with which a verdict begins. @param reason the translated reason; without it, the English one stays */
  verdict(english: string, reason?: string): string;
  /** The note above a rule without a translation. */
  untranslated: string;
}

export const ENGLISH: ExplanationWords = {
  colon: ': ',
  comma: ', ',
  alsoKnownAs: 'Also known as',
  foundIn: 'Found in',
  symptoms: 'SYMPTOMS',
  why: 'WHY',
  meaning: 'WHAT IT MEANS',
  needed: 'WHO NEEDS IT',
  now: 'HOW IT IS CHECKED NOW',
  boot: 'HOW THE NEXT BOOT IS CHECKED',
  reapply: 'SYSCTL --SYSTEM',
  causes: 'CAUSES AND FIXES',
  caution: 'BEFORE YOU FIX IT',
  remedy: 'HOW TO FIX IT',
  remedyBySystem: 'HOW TO FIX IT, BY OPERATING SYSTEM',
  sources: 'SOURCES',
  next: 'NEXT',
  toReadAll: 'everything: all causes, operating systems, sources',
  toCheck: 'which nodes fail, and why',
  toFix: 'fix a node: shows a plan and asks first',
  listHeads: ['RULE', 'PASSES WHEN', 'REQUIRED WHERE'],
  listNotes: [
    'Each rule is checked twice: in the running kernel, and for the next boot. fail: something required is missing now. warn: it will be missing after a reboot.',
    'More about a rule: kubectl netprereq explain RULE',
  ],
};
