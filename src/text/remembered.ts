/**
 * Remembers what a pure function made of an object, and perhaps a second thing, as long as the object lives. The boots of a node are run
 * in many ways over the same files, most of which no way changes.
 */
export function remembered<A extends object, R, B extends [] | [unknown] = []>(
  make: (object: A, ...other: B) => R,
): (object: A, ...other: B) => R {
  const known = new WeakMap<A, Map<B[0], R>>();
  return (object, ...other) => {
    const results = known.get(object) ?? new Map<B[0], R>();
    known.set(object, results);
    const result = results.get(other[0]) ?? make(object, ...other);
    results.set(other[0], result);
    return result;
  };
}
