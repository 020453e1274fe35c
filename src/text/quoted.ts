import { shellWord } from './shell-word.ts';

/** A path of a node as a word for a shell; undefined: it has characters that nobody can type, or that were no text. */
export function quoted(path: string): string | undefined {
  return /[\p{C}\u2028\u2029\uFFFD]/u.test(path) ? undefined : shellWord(path);
}
