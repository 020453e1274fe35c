import type { Step } from './modprobe.ts';

/** How a step ends: true: well, false: with an error, undefined: that cannot be told. */
export type Ending = boolean | undefined;

/**
 * Goes through the steps as libkmod does: it stops at the first required one that ends with an error, and takes no notice of
 * how a soft dependency ends. `take` is called for each step that gets its turn and tells how it ends; `certain` is false once an
 * earlier step could have been the last. Returns how the whole attempt ends.
 */
export function attempt(steps: readonly Step[], take: (step: Step, certain: boolean) => Ending): Ending {
  let certain = true;
  for (const step of steps) {
    const ending = take(step, certain);
    if (!step.required) continue;
    if (ending === false) return certain ? false : undefined;
    if (ending === undefined) certain = false;
  }
  return certain ? true : undefined;
}
