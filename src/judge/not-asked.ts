/** A rule read a fact of a node that its request does not name: it would judge what nobody has looked at. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';

  /** @param fact what was read, as its request would name it */
  constructor(fact: string) {
    super(`${fact} was not asked of the node`);
  }
}
