/** Parameters by name; undefined leaves one out. */
type Query = Record<string, string | number | boolean | undefined>;

/** A path below the server's URL, its segments and query values escaped. */
export function path(segments: readonly string[], query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `/${segments.map(encodeURIComponent).join('/')}${search.size > 0 ? `?${search}` : ''}`;
}

/** The path of pods: one by name, those of a namespace, or all. */
export function podsPath(namespace: string | undefined, rest: readonly string[], query: Query): string {
  return path(['api', 'v1', ...(namespace === undefined ? [] : ['namespaces', namespace]), 'pods', ...rest], query);
}
