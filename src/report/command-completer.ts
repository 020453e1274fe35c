/** Completes a kubectl command so that it reaches the same cluster; returns any other command unchanged. */
export type CommandCompleter = (command: string) => string;

/** For a run without such flags: the next command reads the same environment. */
export const unchanged: CommandCompleter = (command) => command;
