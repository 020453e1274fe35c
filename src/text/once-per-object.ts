/** Findings that many nodes have are one object, of which there are some hundreds. */
const KEPT = 1000;

/**
 * Makes something of each object once, as long as there are not too many of them: other than with `remembered`, what was made of nodes that have
 * nothing in common does not pile up.
 */
export function oncePerObject<A extends object, R>(make: (object: A) => R): (object: A) => R {
  const known = new Map<A, R>();
  return (object) => {
    const found = known.get(object);
    if (found !== undefined) return found;
    if (known.size >= KEPT) known.clear();
    const made = make(object);
    known.set(object, made);
    return made;
  };
}
