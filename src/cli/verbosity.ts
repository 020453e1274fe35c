import { UsageError } from '../errors.ts';

/**
 * The level that -v was given; 0 without it.
 * @throws UsageError for what is no whole number
 */
export function verbosity(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`invalid argument "${text}" for "-v, --v" flag: not a whole number`);
}

/** Whether the words of a command line ask for any level from 1, however they write it; for errors before or beside the parser's. */
export function isVerbose(argv: readonly string[]): boolean {
  const levels = argv.flatMap((word, i) => {
    const [, attached] = /^(?:-v|--v)(?:=?(\d+))?$/.exec(word) ?? [];
    return attached ?? (word === '-v' || word === '--v' ? (argv[i + 1] ?? []) : []);
  });
  return Number(levels.at(-1) ?? 0) >= 1;
}
