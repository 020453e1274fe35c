import type { Cause } from './finding.ts';

/**
 * A rule's texts in another language: one file per rule, in src/rules/zh. Each entry of a list translates the same entry of the rule's
 * own list; what a translation omits is shown in English. Commands, paths and messages are never translated.
 */
export interface Translation {
  /** The rule's id. */
  readonly rule: string;
  readonly title: string;
  readonly when: string;
  /** The programs that print the rule's messages, in the order of the messages. */
  readonly from?: readonly string[];
  readonly symptoms?: readonly string[];
  readonly meaning: readonly string[];
  /** Which clusters need it; the verdict's word is translated by itself, its reason here. */
  readonly needed: readonly (readonly [cluster: string, reason?: string])[];
  readonly neededNotes?: readonly string[];
  /** Only the entries that are no sentences that rules share (src/report/chinese-sentences.ts), in their order. */
  readonly now?: readonly string[];
  readonly boot?: readonly string[];
  readonly caution?: readonly string[];
  /** What helps, by cause; those that many rules share are in src/report/chinese.ts. */
  readonly causes?: Readonly<Partial<Record<Cause, string>>>;
}
