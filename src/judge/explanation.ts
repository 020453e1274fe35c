import type { Cause } from './finding.ts';

/**
 * What there is to say about a rule: `kubectl netprereq explain` prints it, and docs/rules.md is generated from it. Texts are plain
 * sentences, one paragraph per entry; code and file names stand in backticks, and so do ids of other rules, which become links in the docs.
 */
export interface Explanation {
  /** Half a line for the list of all rules: where it is required. */
  when: string;
  /** Messages exactly as programs print them: people search for these. */
  messages: readonly { text: string; from: string }[];
  /** Other forms of these messages, or parts of them: explain recognizes them, and shows none. */
  variants?: readonly string[];
  /** What no fixed words can tell, as messages in other languages: explain recognizes a line by these, and shows none. */
  patterns?: readonly RegExp[];
  /** What else is to be seen. */
  symptoms: readonly string[];
  /** What the prerequisite is and why it goes missing. */
  meaning: readonly string[];
  /** Which clusters need it, and how much. */
  needed: readonly { cluster: string; verdict: string }[];
  neededNotes?: readonly string[];
  /** How the running kernel is judged: what is read, and what does not count. */
  now: readonly string[];
  /** How the next boot is judged. */
  boot: readonly string[];
  /** What `sysctl --system` has to do with it; absent where it is about a module. */
  reapply?: readonly string[];
  causes: readonly { cause: Cause; helps: string }[];
  /** What to know or to do before you fix it. */
  caution?: { text: readonly string[]; command?: string };
  sources: {
    /** OWNER/REPOSITORY#NUMBER on GitHub. */
    issues: readonly `${string}/${string}#${number}`[];
    references: readonly { title: string; url?: string }[];
  };
}

/** The address of an issue or pull request: GitHub redirects from the one to the other. */
export function issueUrl(issue: string): string {
  return `https://github.com/${issue.replace('#', '/issues/')}`;
}
