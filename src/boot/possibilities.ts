/** For each thing that a simulation has to assume: what it may be, with a clause that says so ("if …"). */
export type Options<World> = { readonly [K in keyof World]: readonly Option<World[K]>[] };

/** One of the things that may be. */
export interface Option<T> {
  is: T;
  assuming: string;
}

/** A world and the clauses that tell it from the others, always in the same order. */
export interface Possible<World> {
  world: World;
  assuming: readonly string[];
}

/** All worlds that the options allow; at least one when each has at least one. */
export function combinations<World extends object>(options: Options<World>): Possible<World>[] {
  const dimensions = Object.entries(options) as [string, readonly Option<unknown>[]][];
  const worlds = dimensions.reduce<Possible<object>[]>(
    (partial, [name, possible]) =>
      partial.flatMap(({ world, assuming }) =>
        possible.map((option) => ({
          world: { ...world, [name]: option.is },
          assuming: [...assuming, option.assuming],
        })),
      ),
    [{ world: {}, assuming: [] }],
  );
  return worlds as Possible<World>[];
}
