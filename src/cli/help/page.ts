/** A help text, but for the width of the terminal that it is shown on. */
export interface HelpPage {
  summary: string;
  /** What the command does. */
  description: string;
  examples: readonly HelpRow[];
  usage: readonly string[];
  /** What belongs together: what is typed, and what it means. */
  tables: readonly { head: string; rows: readonly HelpRow[] }[];
  /** What else there is to know, after the flags. */
  notes: readonly string[];
}

export interface HelpRow {
  typed: string;
  meaning: string;
}

/** The page that is about no command, but about all of them. */
export const OVERVIEW = '';

/** Pages by the name of their command. */
export type HelpPages = Readonly<Record<string, HelpPage>>;
