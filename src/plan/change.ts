import type { Advice } from '../text/advice.ts';

/** What came of a pod that was to change a node. */
export type Change =
  | { is: 'answered'; message: string }
  /** Nothing was changed, and nothing will be: it never began, and would refuse to now. */
  | { is: 'not-begun'; why: string; remedy: readonly Advice[] }
  /** It began, or may have, and how it ended is not known. */
  | { is: 'lost'; why: string };
