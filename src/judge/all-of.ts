import { mergeRequests, NOTHING_ASKED } from '../facts/request.ts';
import type { Action } from '../systems/action.ts';
import { excerpt } from '../text/excerpt.ts';
import type { State } from './finding.ts';
import type { BootResult, NowResult, Requirement } from './rule.ts';

const WORST_FIRST: readonly State['verdict'][] = ['fail', 'unknown', 'pass', 'skip'];

/**
 * Several requirements as one, all of which must be met: as good as the worst of them, with the remedies of all that are that bad.
 * @param words what docs and explain say of it; the first requirement's stand for what they leave out
 */
export function allOf(
  [first, ...others]: readonly [Requirement, ...Requirement[]],
  words: Partial<Requirement['explain']>,
): Requirement {
  const all = [first, ...others];
  return {
    reads: mergeRequests(all.map(({ reads }) => ({ ...NOTHING_ASKED, ...reads }))),
    now(node) {
      const [result, ...same] = worstOf(
        all.map((one) => one.now(node)),
        ({ now }) => now,
      );
      return together<NowResult>(result, same);
    },
    ...(first.atBoot && {
      atBoot(node) {
        const results = all.flatMap((one) => one.atBoot?.(node) ?? []);
        const [result, ...same] = worstOf(results, ({ boot }) => boot);
        return together<BootResult>(result, same);
      },
    }),
    parts: all,
    explain: { ...first.explain, ...words },
  };
}

/** Those that are as bad as the worst, in their order. */
function worstOf<Result>(results: readonly Result[], stateOf: (result: Result) => State): [Result, ...Result[]] {
  for (const verdict of WORST_FIRST) {
    const [first, ...others] = results.filter((result) => stateOf(result).verdict === verdict);
    if (first) return [first, ...others];
  }
  throw new RangeError('nothing is required');
}

/** The first of them speaks, and names the others. */
function together<Result extends NowResult | BootResult>(first: Result, same: readonly Result[]): Result {
  const messages = [first, ...same].flatMap(({ message }) => message ?? []);
  const joined = (lists: readonly (readonly Action[] | undefined)[]) => lists.flatMap((actions) => actions ?? []);
  const obstacles = joined([first, ...same].map((result) => ('obstacle' in result ? result.obstacle : undefined)));
  return {
    ...first,
    ...(messages.length > 0 && { message: excerpt(messages.join('; '), 240) }),
    ...(obstacles.length > 0 && { obstacle: obstacles }),
    remedy: joined([first, ...same].map(({ remedy }) => remedy)),
  };
}
