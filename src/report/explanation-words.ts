import type { Cause } from '../judge/finding.ts';

/** What explain says itself, around what rules say: one value per language. */
export interface ExplanationWords {
  /** Between a program or a system and what follows. */
  colon: string;
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
  /** Comments above the commands that come next. */
  toReadAll: string;
  toCheck: string;
  toFix: string;
  /** The heads of the list of all rules, and the lines below it. */
  listHeads: readonly [rule: string, passes: string, required: string];
  listNotes: readonly string[];
}

/** A language other than English: its words, and what it says for texts that rules do not say themselves. */
export interface OtherLanguage {
  words: ExplanationWords;
  /** What helps, by cause, where a rule's translation does not say. */
  helps: Readonly<Partial<Record<Cause, string>>>;
  /** Causes, before what helps. */
  causes: Readonly<Record<Cause, string>>;
  /** Titles of systems, by their ids. */
  systems: Readonly<Record<string, string>>;
  /** A sentence that many rules share; undefined: it has no translation. */
  shared(english: string): string | undefined;
  /** How much a cluster needs a rule, as far as that has a translation. */
  verdict(english: string): string;
  /** Whether a text is in this language. */
  speaks: RegExp;
  /** Which sections of a whole explanation are left in English, wholly or in part. */
  partly(sections: readonly string[]): string;
  /** Above a rule that has no translation. */
  untranslated: string;
}

export const ENGLISH: ExplanationWords = {
  colon: ': ',
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
