import type { Call } from './cluster.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** One answer to a list request. */
export interface Page {
  items: unknown[];
  resourceVersion?: string;
  /** The token of the next page; absent or empty: this is the last one. */
  continue?: string;
}

/** Requests a list, or one page of it. */
export async function list(transport: Transport, request: ApiRequest): Promise<Page> {
  const { items, metadata } = await transport.object(request);
  return { ...(metadata as Omit<Page, 'items'> | null), items: (items as unknown[] | null) ?? [] };
}

/** A long list page by page. `path` builds the request's path from the token of the page before. */
export async function* pages(
  transport: Transport,
  path: (token: string | undefined) => string,
  call: Call,
): AsyncGenerator<unknown[]> {
  let token: string | undefined;
  do {
    const page = await list(transport, { ...call, path: path(token) });
    yield page.items;
    token = page.continue;
  } while (token);
}
