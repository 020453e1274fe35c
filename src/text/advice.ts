/**
 * One thing that a person is told to do: a sentence; a command, which is typed as it is; or a document, which is pasted as it is, line
 * by line. What it is decides how it is shown: only sentences are wrapped, and only commands are completed with the flags of the run.
 */
export type Advice = string | Command | Document;

export interface Command {
  readonly run: string;
  /** When, or what for: what is said before it, without a colon. */
  readonly lead?: string;
}

export interface Document {
  readonly paste: string;
}

/** A command; with `lead`, what it is for. */
export function run(command: string, lead?: string): Command {
  return { run: command, ...(lead !== undefined && { lead }) };
}

export function isCommand(advice: Advice): advice is Command {
  return typeof advice === 'object' && 'run' in advice;
}

export function isDocument(advice: Advice): advice is Document {
  return typeof advice === 'object' && 'paste' in advice;
}

/** The same as text, which is what programs get. */
export function adviceText(advice: Advice): string {
  if (typeof advice === 'string') return advice;
  if ('paste' in advice) return advice.paste;
  return advice.lead === undefined ? advice.run : `${advice.lead}: ${advice.run}`;
}

/** The same, what is to be typed changed: completed with flags, say. */
export function withCommand(advice: Advice, change: (command: string) => string): Advice {
  return isCommand(advice) ? { ...advice, run: change(advice.run) } : advice;
}

/** Each once, in order. */
export function distinct(advice: readonly Advice[]): Advice[] {
  return [...new Map(advice.map((each) => [adviceText(each), each])).values()];
}
