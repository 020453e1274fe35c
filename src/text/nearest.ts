import { closest, distance } from 'fastest-levenshtein';

/** The candidate that the word was most likely meant to be; undefined when none is near, or several are equally near (node-9). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(word, candidates);
  const least = distance(word, best);
  const ties = candidates.filter((candidate) => distance(word, candidate) === least);
  // Two letters of three are another word: xml is not yaml.
  return least <= Math.max(word.length > 3 ? 2 : 1, word.length / 4) && ties.length === 1 ? best : undefined;
}

/** What is added to an error about a word that is none of these: `; did you mean X?`; nothing when none is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** The candidates that a command may have been meant to be, as kubectl finds them: two keystrokes away, or only begun. */
export function similar(word: string, candidates: readonly string[]): string[] {
  const typed = word.toLowerCase();
  return candidates.filter((candidate) => distance(typed, candidate) <= 2 || candidate.startsWith(typed));
}
