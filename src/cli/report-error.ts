import { Errors } from '@oclif/core';
import { COMMANDS } from '../commands/index.ts';
import { CheckError, Declined, Interrupted, messageOf, UsageError } from '../errors.ts';
import { EXIT, SIGNAL_EXIT } from './exit-codes.ts';
import { unknownFlag } from './unknown-flag.ts';
import { isVerbose } from './verbosity.ts';

/**
 * Tells on stderr what went wrong, in kubectl's manner: what, what to try, and a stack only with -v for what nobody
 * foresaw.
 * @param argv the words behind `kubectl netprereq`, for the pointer to the right help
 * @returns the exit code
 */
export async function reportError(error: unknown, argv: readonly string[]): Promise<number> {
  const { isTTY, columns } = process.stderr;
  const { text: said, document } = errorText(error, argv);
  // Also what the user typed comes back in messages, and may have been pasted.
  const text = said.map((line) => line.replace(/(?!^\t)[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' '));
  // Only a terminal needs the wrapping, and what it takes to do it.
  const lines = isTTY && columns ? (await import('./wrap-error.ts')).wrapError(text, columns) : text;
  process.stderr.write(`${[...lines, ...document].join('\n')}\n`);
  if (error instanceof Declined) return EXIT.findings;
  return error instanceof Interrupted ? SIGNAL_EXIT[error.signal] : EXIT.error;
}

/** The lines that people read, and those that they copy. */
interface ErrorText {
  text: string[];
  document: string[];
}

function errorText(error: unknown, argv: readonly string[]): ErrorText {
  const plain = (text: string) => ({ text: text.split('\n'), document: [] });
  if (error instanceof Errors.CLIError) return plain(usageText(wording(error), argv));
  if (error instanceof UsageError) return plain(usageText(error.message, argv));
  if (error instanceof CheckError || isKubeError(error)) {
    const message = /^(error:|Error |The connection |The request is invalid|The .* is invalid|Unable to connect)/.test(
      error.message,
    )
      ? error.message
      : `error: ${error.message}`;
    const document = error instanceof CheckError && error.document ? ['', error.document.trimEnd()] : [];
    return { text: [...message.split('\n'), ...error.tries.map((line) => `  ${line}`)], document };
  }
  if (error instanceof Interrupted) return plain(`error: ${error.message}`);
  if (error instanceof Declined) return plain(error.message);
  // Not foreseen: the stack is what a bug report needs.
  const stack = `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  if (isVerbose(argv)) return { text: [], document: stack.split('\n') };
  return plain(`error: unexpected: ${messageOf(error)}\n  this is a bug; with -v=1 it shows where`);
}

/** By shape, not by class: the class lives with the Kubernetes client, which a usage error must not load. */
function isKubeError(error: unknown): error is Error & { tries: readonly string[] } {
  return error instanceof Error && error.name === 'KubeError' && 'tries' in error;
}

function usageText(message: string, argv: readonly string[]): string {
  const command = argv.find((word) => Object.hasOwn(COMMANDS, word) && word !== 'help');
  const help = ['kubectl netprereq', ...(command ? [command] : []), '-h'].join(' ');
  return `error: ${message}\nSee '${help}' for help and examples.`;
}

/** oclif's usage errors in the words of kubectl's flag parser. */
function wording(error: Errors.CLIError): string {
  const message = (error.message.split('\nSee more help')[0] ?? '').trim();
  const nonexistent = /^Nonexistent flags?: (.+)$/.exec(message);
  if (nonexistent) return unknownFlag(nonexistent[1]?.split(', ')[0] ?? '', []).message;
  const noValue = /^Flag (--[\w-]+) expects a value$/.exec(message);
  if (noValue) return `flag needs an argument: ${noValue[1]}`;
  const noChoice = /^Flag (--[\w-]+) expects one of these values: /.exec(message);
  if (noChoice) return `flag needs an argument: ${noChoice[1]}`;
  const notAllowed = /^Expected (--[\w-]+)=(.*) to be one of: (.+)$/s.exec(message);
  if (notAllowed)
    return `invalid argument "${notAllowed[2]}" for "${notAllowed[1]}" flag: must be one of ${notAllowed[3]}`;
  const unexpected = /^Unexpected arguments?: (.+)$/s.exec(message);
  if (unexpected) return `unexpected argument "${unexpected[1]?.split('\n')[0]}"`;
  return message;
}
