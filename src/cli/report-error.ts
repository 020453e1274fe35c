import { Errors } from '@oclif/core';
import { COMMANDS } from '../commands/index.ts';
import { CheckError, Declined, Interrupted, messageOf, UsageError } from '../errors.ts';
import { type Advice, adviceText } from '../text/advice.ts';
import { EXIT, SIGNAL_EXIT } from './exit-codes.ts';
import { inOwnName } from './own-name.ts';
import { unknownFlag } from './unknown-flag.ts';
import { isVerbose } from './verbosity.ts';

/**
 * Prints an error on stderr as kubectl does: what is wrong, and what to try. For an unexpected error, -v adds the stack.
 * @param argv the words after `kubectl netprereq`, to point to the right help
 * @returns the exit code
 */
export async function reportError(error: unknown, argv: readonly string[]): Promise<number> {
  const { isTTY, columns } = process.stderr;
  const { text, tries = [], document } = errorText(error, argv);
  // Only a terminal needs wrapping, and the code for it.
  const wrap = isTTY && columns ? await import('./wrap-error.ts') : undefined;
  const lines = [
    ...text.map(withoutControls).flatMap((line) => (wrap && columns ? wrap.wrapLine(line, columns) : [line])),
    ...tries.flatMap((advice) => (wrap && columns ? wrap.wrapAdvice(advice, columns) : [`  ${adviceText(advice)}`])),
  ];
  process.stderr.write(`${inOwnName([...lines, ...document].join('\n'))}\n`);
  if (error instanceof Declined) return EXIT.findings;
  return error instanceof Interrupted ? SIGNAL_EXIT[error.signal] : EXIT.error;
}

/** Messages also repeat what the user typed, which may have been pasted. */
function withoutControls(line: string): string {
  return line.replace(/(?!^\t)[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

/** The lines of the message, the hints, and the document to copy. */
interface ErrorText {
  text: string[];
  tries?: readonly Advice[];
  document: string[];
}

function errorText(error: unknown, argv: readonly string[]): ErrorText {
  const plain = (text: string): ErrorText => ({ text: text.split('\n'), document: [] });
  if (error instanceof Errors.CLIError) return plain(usageText(wording(error), argv));
  if (error instanceof UsageError) {
    const [first = '', ...rest] = usageText(error.message, argv).split('\n');
    // A command line is not wrapped, and follows the error directly.
    if (error.tries.length > 0) return { text: [first], tries: error.tries, document: rest };
    return { text: [first, ...rest], document: [] };
  }
  if (error instanceof CheckError || isKubeError(error)) {
    const message = isComplete(error) ? error.message : `error: ${error.message}`;
    const document = error instanceof CheckError && error.document ? ['', error.document.trimEnd()] : [];
    return { text: message.split('\n'), tries: error.tries, document };
  }
  if (error instanceof Interrupted) return plain(`error: ${error.message}`);
  if (error instanceof Declined) return plain(error.message);
  // Unexpected: a bug report needs the stack.
  const stack = `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  if (isVerbose(argv)) return { text: [], document: stack.split('\n') };
  return plain(`error: unexpected: ${messageOf(error)}\n  this is a bug; with -v=1 it shows where`);
}

/** Whether the message needs no explanation: an error of the API, or of a check, alone or with more advice. */
function isComplete(error: unknown): boolean {
  if (isKubeError(error)) return true;
  if (!(error instanceof CheckError)) return false;
  return error.verbatim || (messageOf(error.cause) === error.message && isComplete(error.cause));
}

/** Recognised by shape, not by class: a usage error must not load the Kubernetes client, which has the class. */
function isKubeError(error: unknown): error is Error & { tries: readonly Advice[] } {
  return error instanceof Error && error.name === 'KubeError' && 'tries' in error;
}

function usageText(message: string, argv: readonly string[]): string {
  const command = argv.find((word) => Object.hasOwn(COMMANDS, word) && word !== 'help');
  const help = ['kubectl netprereq', ...(command ? [command] : []), '-h'].join(' ');
  return `error: ${message}\nSee '${help}' for help and examples.`;
}

/** Errors that flagWords leaves to oclif, for example several short flags in one word. */
function wording(error: Errors.CLIError): string {
  const [flag] = 'flags' in error ? (error.flags as string[]) : [];
  return flag === undefined ? (error.message.split('\n')[0] ?? '') : unknownFlag(flag, []).message;
}
