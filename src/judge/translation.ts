import type { Cause } from './finding.ts';

/**
 * What a rule says of itself in another language: one file per rule, in src/rules/zh. Lists stand for those of the rule's own file entry by
 * entry; what a translation leaves out is shown in English. Commands, paths and messages are never translated.
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
  readonly caution?: readonly string[];
  /** What helps, by cause; those that many rules share are in src/report/chinese.ts. */
  readonly causes?: Readonly<Partial<Record<Cause, string>>>;
}
