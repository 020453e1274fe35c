/** Completes the kubectl commands in a hint with what it takes to reach the same cluster again; all other text stays. */
export type CommandCompleter = (text: string) => string;

/** For a run that was given nothing but what the environment gives the next command too. */
export const unchanged: CommandCompleter = (text) => text;
