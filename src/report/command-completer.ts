/** Completes a command of kubectl with what it takes to reach the same cluster again; any other command stays as it is. */
export type CommandCompleter = (command: string) => string;

/** For a run that was given nothing but what the environment gives the next command too. */
export const unchanged: CommandCompleter = (command) => command;
