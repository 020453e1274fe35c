import { UsageError } from '../errors.ts';

/**
 * The level of -v; 0 without it.
 * @throws UsageError if it is not a whole number
 */
export function verbosity(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`invalid argument "${text}" for "-v, --v" flag: must be a whole number`);
}

/** Whether the words of a command line contain -v with a level from 1, in any spelling; for errors outside the parser. */
export function isVerbose(argv: readonly string[]): boolean {
  const levels = argv.flatMap((word, i) => {
    const [, attached] = /^(?:-v|--v)(?:=?(\d+))?$/.exec(word) ?? [];
    return attached ?? (word === '-v' || word === '--v' ? (argv[i + 1] ?? []) : []);
  });
  return Number(levels.at(-1) ?? 0) >= 1;
}
