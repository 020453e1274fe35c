import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Scalar,
  visit,
} from 'yaml';

/** Text that kubectl would not read as YAML. The message quotes nothing of the text, which holds credentials. */
export class NotYaml extends Error {
  override readonly name = 'NotYaml';
}

/** More than any kubeconfig has: what has more refers to itself again and again in order to grow. */
const MOST_VALUES = 100_000;

const TAG = 'tag:yaml.org,2002:';
/** What go-yaml's reader lets through. */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const WORDS = new Map<string, unknown>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;
const OTHER_BASE = /^([-+]?)0(?:[xX](?<hex>[\da-fA-F]+)|[oO]?(?<octal>[0-7]+)|[bB](?<binary>[01]+))$/;
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

function number(text: string): number | undefined {
  if (!/^[-+.\d]/.test(text)) return undefined;
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const { hex, octal, binary } = OTHER_BASE.exec(digits)?.groups ?? {};
  const sign = digits.startsWith('-') ? -1 : 1;
  if (hex !== undefined) return sign * Number.parseInt(hex, 16);
  if (octal !== undefined) return sign * Number.parseInt(octal, 8);
  if (binary !== undefined) return sign * Number.parseInt(binary, 2);
  return DECIMAL.test(digits) ? Number(digits) : undefined;
}

/** A plain word as go-yaml v2 takes it: YAML 1.1 but for times and numbers of base 60, which it leaves texts. */
function plain(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  if (NOT_FINITE.test(text)) throw new NotYaml('unsupported value: a number that is not finite');
  return number(text) ?? text;
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  null: (value) => value === null,
};

/** A scalar whose tag is written out; a tag that nobody knows makes a text of it. */
function tagged(tag: string, text: string): unknown {
  const name = tag.startsWith(TAG) ? tag.slice(TAG.length) : '';
  if (name === 'binary') {
    if (!/^[\w+/\s]*={0,2}\s*$/.test(text)) throw new NotYaml('!!binary value contains invalid base64 data');
    return Buffer.from(text, 'base64').toString('utf8');
  }
  const isKind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (isKind === undefined) return text;
  const value = plain(text);
  if (!isKind(value)) throw new NotYaml(`cannot decode a scalar as a !!${name}`);
  return value;
}

function scalar({ source, value, type, tag }: Scalar): unknown {
  const text = source ?? String(value ?? '');
  if (tag !== undefined && tag !== '!') return tagged(tag, type === Scalar.PLAIN ? text : String(value));
  return type === Scalar.PLAIN && tag === undefined ? plain(text) : String(value);
}

/** One document's nodes as values. A class, because aliases lead to nodes elsewhere, and the count of values is one for all of it. */
class Reader {
  /** Of each alias the node, looked up once: the package would look through the whole document at each use. */
  readonly #targets = new Map<Alias, unknown>();
  readonly #open = new Set<unknown>();
  #values = 0;

  constructor(document: Document) {
    const anchors = new Map<string, unknown>();
    const targets = this.#targets;
    visit(document, {
      Node(_, node) {
        if (isAlias(node)) targets.set(node, anchors.get(node.source));
        else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  }

  value(node: unknown): unknown {
    this.#count();
    if (isAlias(node)) return this.#within(node);
    if (isSeq(node)) return node.items.map((item) => this.value(item));
    if (isMap(node)) return Object.fromEntries(this.#entries(node));
    return isScalar(node) ? scalar(node) : null;
  }

  #count(): void {
    if (++this.#values > MOST_VALUES) throw new NotYaml('document contains excessive aliasing');
  }

  #resolve(alias: Alias): unknown {
    const node = this.#targets.get(alias);
    if (node === undefined) throw new NotYaml('unknown anchor referenced');
    return node;
  }

  #within(alias: Alias): unknown {
    const node = this.#resolve(alias);
    if (this.#open.has(node)) throw new NotYaml('the value of an anchor contains itself');
    this.#open.add(node);
    const value = this.value(node);
    this.#open.delete(node);
    return value;
  }

  /** Of several with one key the last counts, and what is merged counts from where it stands: also over a key before it. */
  #entries(node: unknown): Map<string, unknown> {
    const entries = new Map<string, unknown>();
    if (!isMap(node)) throw new NotYaml('map merge requires map or sequence of maps as the value');
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) for (const [name, merged] of this.#merged(value)) entries.set(name, merged);
      else entries.set(this.#key(key), this.value(value));
    }
    return entries;
  }

  #merged(source: unknown): Map<string, unknown> {
    const sources = isSeq(source) ? source.items : [source];
    const maps = sources.map((one) => {
      this.#count();
      const node = isAlias(one) ? this.#resolve(one) : one;
      if (this.#open.has(node)) throw new NotYaml('the value of an anchor contains itself');
      this.#open.add(node);
      const entries = this.#entries(node);
      this.#open.delete(node);
      return entries;
    });
    // Of a list the first that has a key.
    return new Map(maps.toReversed().flatMap((entries) => [...entries]));
  }

  #key(node: unknown): string {
    const key = this.value(node);
    if (key === null || typeof key === 'object') throw new NotYaml('invalid map key');
    return String(key);
  }
}

function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || key.value !== '<<') return false;
  return key.tag === undefined ? key.type === Scalar.PLAIN : key.tag === `${TAG}merge`;
}

/**
 * The value of a YAML text as kubectl reads it, which is go-yaml v2: YAML 1.1, the first of several documents, of repeated keys
 * the last. What the schemas of the yaml package make of scalars differs in times, merges and keys, so only its nodes are used.
 * @throws NotYaml
 */
export function yamlValue(content: string): unknown {
  const text = content.replace(/^\ufeff/, '');
  if (CONTROL.test(text)) throw new NotYaml('control characters are not allowed');
  const lineCounter = new LineCounter();
  const options = { version: '1.1', schema: 'failsafe', uniqueKeys: false, merge: false, prettyErrors: false } as const;
  const document = parseAllDocuments(text, { ...options, lineCounter, logLevel: 'silent' }).at(0);
  if (document === undefined) return null;
  const [problem] = document.errors;
  if (problem) {
    const { line } = lineCounter.linePos(problem.pos[0]);
    throw new NotYaml(`line ${line}: ${problem.code.toLowerCase().replaceAll('_', ' ')}`);
  }
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit && version !== '1.1') throw new NotYaml('found incompatible YAML document: %YAML must be 1.1');
  return new Reader(document).value(document.contents);
}
