import type { NodeFacts } from '../facts/facts.ts';
import { pathExists } from '../facts/read.ts';

/** systemd keeps a link here for each unit whose processes run (services and scopes, never timers), and takes it away when they end; since release 235. */
const LINKS = '/run/systemd/units';

/** What isActive() reads of a node. */
export const activeReads = (unit: string): string[] => [LINKS, `${LINKS}/invocation:${unit}`];

/** Whether a unit of systemd runs at this moment; undefined: that cannot be told. */
export const isActive = (facts: NodeFacts, unit: string) => isLinked(facts, activeReads(unit));

/**
 * Whether one of systemd's links is there; undefined: that cannot be told. Without systemd none is.
 * @param paths the directory without which nothing is known, then the links
 */
export function isLinked(facts: NodeFacts, paths: readonly string[]): boolean | undefined {
  const [directory, ...links] = paths.map((path) => pathExists(facts, path));
  if (links.includes(true)) return true;
  const { init } = facts.boot;
  if (init !== undefined && init !== 'systemd') return false;
  return directory === true && links.every((link) => link === false) ? false : undefined;
}
