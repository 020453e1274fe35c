import type { NodeFacts } from '../facts/facts.ts';
import { excerpt } from '../text/excerpt.ts';

/**
 * Where a local probe ran. container: a node that is a container, with an init or a kubelet of its own. image: a build step, whose running
 * kernel is not the one that will boot the files. unknown: one of these; it must not be taken for the host.
 */
export type Place = { is: 'host' | 'container' } | { is: 'image' | 'unknown'; because: string };

interface Seen {
  facts: NodeFacts;
  here: NonNullable<NodeFacts['here']>;
  /** Process 1 is an init, or a kubelet runs: a machine of its own, not a build step. k3d's process 1 is a script. */
  lives: boolean;
}

const image = (because: string): Place => ({ is: 'image', because });
const IN_CHROOT = image('this is a chroot');
const HOST: Place = { is: 'host' };
const UNKNOWN: Place = {
  is: 'unknown',
  because: "it is unknown whether this is the host (process 1's root directory cannot be read)",
};

/** The first line that holds decides. */
const DECISIONS: readonly (readonly [holds: (seen: Seen) => boolean, place: (seen: Seen) => Place])[] = [
  [({ here }) => !here.proc, () => image('this is a chroot without /proc')],
  [({ here }) => here.mount === 'none' || here.root === 'other', () => IN_CHROOT],
  // The container of a build has its own processes, and none of them is an init.
  [({ here, lives }) => here.pid === 'own' && !lives, ({ facts }) => image(containerOf(facts))],
  [({ here, facts }) => here.pid === 'own' && Boolean(facts.container), () => ({ is: 'container' })],
  [({ here }) => here.root === 'same' || here.mount === 'first', () => HOST],
  // A rootless build may share the host's processes without seeing them.
  [({ here, facts }) => here.user === 'own' || Boolean(facts.container), ({ facts }) => image(containerOf(facts))],
];

/** Decides where a local probe ran, from its facts. Pure. */
export function placeOf(facts: NodeFacts): Place {
  const { here, boot } = facts;
  if (!here) return UNKNOWN;
  const init = boot.init === 'systemd' || boot.init === 'init';
  const lives = init || facts.programs?.some((name) => /^(?:k3s|kubelet|kubelite)/.test(name)) === true;
  const seen = { facts, here, lives };
  return DECISIONS.find(([holds]) => holds(seen))?.[1](seen) ?? UNKNOWN;
}

function containerOf({ container }: NodeFacts): string {
  return container ? `this is a container of ${excerpt(container, 32)}` : 'this is a container';
}
