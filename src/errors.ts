/** The command line is wrong: printed as kubectl prints it, with a pointer to the command's help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The work cannot be done, and the reason is known: printed without a stack, with what to try. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly tries: readonly string[];
  /** A file to copy from the terminal; printed last, and without indentation. */
  readonly document: string | undefined;

  constructor(message: string, options: { tries?: readonly string[]; document?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
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
