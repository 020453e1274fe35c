import type { KubeObject } from './objects.ts';
import { notAcceptable } from './status.ts';
import { tableOf } from './table.ts';

/** A list as handlers make it; its kind is the items' kind with List. */
export interface ObjectList {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubeObject[];
}

/** Turns what a handler answers into the representation that the client accepts. */
export interface Representation {
  one: (object: KubeObject) => object;
  list: (list: ObjectList) => object;
  /** Objects of watch events, which need a shape of their own only as Table. */
  event: (object: KubeObject) => object;
}

const metaVersion = 'meta.k8s.io/v1';

function partial({ metadata }: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: metaVersion, metadata };
}

/** The items of a plain list carry neither kind nor apiVersion: the list says it for all. */
function plainList(list: ObjectList): object {
  const items = list.items.map(({ kind: _, apiVersion: __, ...item }) => item);
  return { kind: list.kind, apiVersion: list.apiVersion, metadata: list.metadata, items };
}

const goType = (kind: string) => `(*core.${kind})`;

const representations: Record<string, Representation> = {
  '': { one: (object) => object, list: plainList, event: (object) => object },
  PartialObjectMetadata: {
    one: partial,
    list: ({ kind }) => {
      const asked = 'you requested PartialObjectMetadata, but the requested object is a list';
      throw notAcceptable(`${asked} ${goType(kind)}`);
    },
    event: partial,
  },
  PartialObjectMetadataList: {
    one: ({ kind }) => {
      const asked = 'you requested PartialObjectMetadataList, but the requested object is not a list';
      throw notAcceptable(`${asked} ${goType(kind)}`);
    },
    list: ({ metadata, items }) => {
      return { kind: 'PartialObjectMetadataList', apiVersion: metaVersion, metadata, items: items.map(partial) };
    },
    event: partial,
  },
  Table: {
    one: (object) => tableOf([object], { resourceVersion: object.metadata.resourceVersion ?? '' }),
    list: ({ items, metadata }) => tableOf(items, metadata),
    event: (object) => tableOf([object], { resourceVersion: object.metadata.resourceVersion ?? '' }),
  },
};

/** The first of the client's media types that the server can produce. */
export function representation(accept: string | undefined): Representation {
  for (const type of (accept ?? '').split(',')) {
    const [media = '', ...parameters] = type.split(';').map((part) => part.trim());
    const parameter = Object.fromEntries(parameters.map((text) => text.split('=', 2)));
    const known = representations[parameter.as ?? ''];
    const ours = parameter.as === undefined || (parameter.g === 'meta.k8s.io' && parameter.v === 'v1');
    if (/^(application\/json|application\/\*|\*\/\*|)$/.test(media) && ours && known) return known;
  }
  throw notAcceptable('only the following media types are accepted: application/json');
}
