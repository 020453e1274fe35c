import type { Advice } from './text/advice.ts';

/** The command line is wrong: printed as kubectl prints it, with a pointer to the command's help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly tries: readonly Advice[];

  constructor(message: string, tries: readonly Advice[] = []) {
    super(message);
    this.tries = tries;
  }
}

/** The work cannot be done, and the reason is known: printed without a stack, with what to try. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly tries: readonly Advice[];
  /** A file to copy from the terminal; printed last, and without indentation. */
  readonly document: string | undefined;
  /** The message is kubectl's own, whole: nothing is put in front of it. */
  readonly verbatim: boolean;

  constructor(
    message: string,
    options: { tries?: readonly Advice[]; document?: string; cause?: unknown; verbatim?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.verbatim = options.verbatim ?? false;
    this.tries = options.tries ?? [];
    this.document = options.document;
  }
}

/** The run was cut short by a signal; the reason with which its AbortSignal is aborted. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM';

  /** @param consequence what that means, where somebody may wonder */
  constructor(signal: Interrupted['signal'], consequence?: string) {
    super(`interrupted by ${signal}${consequence === undefined ? '' : `: ${consequence}`}`);
    this.signal = signal;
  }
}

/** The user was asked, and said no: nothing was changed. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** What is to be said of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
