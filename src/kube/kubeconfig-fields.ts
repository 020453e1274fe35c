/** The fields of one object in a kubeconfig, by name. */
export type Fields = Record<string, unknown>;

/** A field has another type than it must have. The message names the field and never its value, which may be a secret. */
export class WrongType extends Error {
  override readonly name = 'WrongType';
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const wrong = (key: string, value: unknown, wanted: string) => new WrongType(`${key} is ${kind(value)}, not ${wanted}`);

/**
 * Readers as strict as kubectl's decoder: what is absent, null or empty reads as undefined or as nothing, and another type is
 * an error, because a token that YAML takes for a number is not the token that was meant.
 * @throws WrongType
 */
export function object(value: unknown, key: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(key, value, 'an object');
  return value as Fields;
}

export function list(from: Fields, key: string): unknown[] {
  const value = from[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(key, value, 'a list');
  return value;
}

export function objects(from: Fields, key: string): Fields[] {
  return list(from, key).map((item) => object(item, key));
}

export function text(from: Fields, key: string): string | undefined {
  const value = from[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw wrong(key, value, 'a string');
  return value;
}

export function texts(from: Fields, key: string): string[] {
  return list(from, key).map((item) => text({ [key]: item }, key) ?? '');
}

export function flag(from: Fields, key: string): true | undefined {
  const value = from[key];
  if (value === undefined || value === null || value === false) return undefined;
  if (value !== true) throw wrong(key, value, 'true or false');
  return true;
}

/** Drops what is undefined, so that "absent" is the only way to say absent. */
export function given<T extends object>(
  value: { [K in keyof T]: T[K] | undefined },
): {
  [K in keyof T]: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
