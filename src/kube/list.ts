import type { Call } from './cluster.ts';
import { KubeError } from './errors.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** One answer to a list request. */
export interface Page {
  items: unknown[];
  resourceVersion: string | undefined;
  continue: string | undefined;
}

interface ListBody {
  items?: unknown[] | null;
  metadata?: { resourceVersion?: string; continue?: string } | null;
}

/** Requests a list, or one page of it. */
export async function list(transport: Transport, request: Omit<ApiRequest, 'method'>): Promise<Page> {
  const { items, metadata } = (await transport.object({ ...request, method: 'GET' })) as ListBody;
  return {
    items: items ?? [],
    resourceVersion: metadata?.resourceVersion || undefined,
    continue: metadata?.continue || undefined,
  };
}

/**
 * A long list page by page, each item once. `path` builds the request's path from the token of the page before. A token that
 * has expired (410: the server compacts after five minutes) makes the list start over, once; what was seen is left out then.
 */
export async function* pages(
  transport: Transport,
  path: (token: string | undefined) => string,
  name: (item: unknown) => string,
  call: Call,
): AsyncGenerator<unknown[]> {
  const seen = new Set<string>();
  let restarted = false;
  let token: string | undefined;
  for (;;) {
    let page: Page;
    try {
      page = await list(transport, { ...call, path: path(token) });
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 410 || token === undefined || restarted) throw error;
      restarted = true;
      token = undefined;
      continue;
    }
    const fresh = page.items.filter((item) => !seen.has(name(item)));
    for (const item of fresh) seen.add(name(item));
    if (fresh.length > 0) yield fresh;
    token = page.continue;
    if (token === undefined) return;
  }
}
