import type { PodQuery } from './cluster.ts';

/** A path below the server's URL, its segments and query values escaped; a value of undefined leaves its parameter out. */
export function path(
  segments: readonly string[],
  query: Record<string, string | number | boolean | undefined> = {},
): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const search = new URLSearchParams(Object.fromEntries(given)).toString();
  return `/${segments.map(encodeURIComponent).join('/')}${search && `?${search}`}`;
}

/** The path of pods: one by name, those of a namespace, or all. */
export function podsPath(
  namespace: string | undefined,
  rest: readonly string[] = [],
  query: Record<string, string | number | boolean | undefined> = {},
): string {
  return path(['api', 'v1', ...(namespace === undefined ? [] : ['namespaces', namespace]), 'pods', ...rest], query);
}

/** The query parameters that select pods. */
export function selectors(query: PodQuery): Record<string, string | number | boolean | undefined> {
  const { labelSelector, fieldSelector, limit } = query;
  return { labelSelector, fieldSelector, limit };
}
