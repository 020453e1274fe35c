/** A help text, not yet wrapped for a terminal. */
export interface HelpPage {
  summary: string;
  /** What the command does. */
  description: string;
  examples: readonly HelpRow[];
  usage: readonly string[];
  /** Groups of entries: what to type, and what it means. */
  tables: readonly { head: string; rows: readonly HelpRow[] }[];
  /** More text, after the flags. */
  notes: readonly string[];
}

export interface HelpRow {
  typed: string;
  meaning: string;
}

/** The name of the page about all commands. */
export const OVERVIEW = '';

/** Pages by the name of their command. */
export type HelpPages = Readonly<Record<string, HelpPage>>;
