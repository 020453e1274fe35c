import { closest, distance } from 'fastest-levenshtein';

/** The candidate that the word was most likely meant to be; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(word, candidates);
  return distance(word, best) <= Math.max(2, word.length / 4) ? best : undefined;
}

/** The candidates that a command may have been meant to be, as kubectl finds them: two keystrokes away, or only begun. */
export function similar(word: string, candidates: readonly string[]): string[] {
  const typed = word.toLowerCase();
  return candidates.filter((candidate) => distance(typed, candidate) <= 2 || candidate.startsWith(typed));
}
