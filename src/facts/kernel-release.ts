import type { KernelFacts } from './facts.ts';

/** Whether the running kernel is this version or a later one, by its release; undefined: the release says no version, or was not read. */
export function isKernelAtLeast({ release = '' }: KernelFacts, major: number, minor: number): boolean | undefined {
  const [, own, ownMinor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (own === undefined) return undefined;
  return Number(own) > major || (Number(own) === major && Number(ownMinor) >= minor);
}
