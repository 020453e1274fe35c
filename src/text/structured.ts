import { parse } from 'yaml';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a YAML document, undefined when it is no mapping. The text may be anything: aliases are bounded. */
export function parseYaml(text: string | undefined): Fields | undefined {
  return attempt(() => parse(text ?? '', { maxAliasCount: 10, logLevel: 'error' }));
}

/** The fields of a JSON document, undefined when it is no object. The text may be anything. */
export function parseJson(text: string | undefined): Fields | undefined {
  return attempt(() => JSON.parse(text ?? ''));
}

/** A value as an object; undefined when it is none. */
export function asObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A field by its name in any case, as Go's encoding/json finds it. */
export function field(fields: Fields | undefined, name: string): unknown {
  return Object.entries(fields ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function attempt(parser: () => unknown): Fields | undefined {
  try {
    return asObject(parser());
  } catch {
    return undefined;
  }
}
