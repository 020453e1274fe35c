/** A help text, but for the width of the terminal that it is shown on. */
export interface HelpPage {
  summary: string;
  usage: string;
  /** What belongs together in one table: what is typed, and what it means. */
  tables: readonly { head: string; rows: readonly HelpRow[] }[];
  description: readonly string[];
  examples: readonly string[];
}

export interface HelpRow {
  typed: string;
  /** Each begins on a line of its own. */
  meaning: readonly string[];
}

/** The page that is about no command, but about all of them. */
export const OVERVIEW = '';

/** Pages by the name of their command. */
export type HelpPages = Readonly<Record<string, HelpPage>>;
