import type { Explanation } from './explanation.ts';
import type { Rule } from './rule.ts';

/** The whole explanation of a rule: what its file says, completed by what its requirement can say by itself. */
export function explanationOf({ explain, requires }: Rule): Explanation {
  return { messages: [], symptoms: [], ...requires.explain, ...explain };
}
