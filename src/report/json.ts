import { oncePerObject } from '../text/once-per-object.ts';
import { published } from './published.ts';
import { jsonEscape, replaceHidden } from './text.ts';

/** At this depth a value is written as one part: each finding of a report's nodes. */
const DEPTH = 4;
/** The least characters per part. */
const CHUNK = 64 * 1024;

/** A report as one JSON document. Terminal control characters are escaped, so that values stay exact and harmless. */
export function renderJson(report: object): string {
  return [...jsonParts(report)].join('');
}

/** The same in parts: for many nodes it has a hundred megabytes, too many to keep in memory. */
export function* jsonParts(report: object): Generator<string> {
  // The text of an object that was written before is reused: it is at the same depth.
  const whole = oncePerObject((object: object) =>
    escaped(JSON.stringify(object, published, 2).replaceAll('\n', `\n${'  '.repeat(DEPTH)}`)),
  );
  let chunk = '';
  for (const piece of pieces(report, 0, whole)) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}\n`;
}

/** Like JSON.stringify, with two blanks per level. */
function* pieces(value: unknown, depth: number, whole: (object: object) => string): Generator<string> {
  const shown = published('', value);
  if (typeof shown !== 'object' || shown === null) return yield escaped(JSON.stringify(shown) ?? 'null');
  if (depth === DEPTH) return yield whole(shown);
  const indent = '  '.repeat(depth);
  const isList = Array.isArray(shown);
  const items = isList ? shown.map((item) => ['', item] as const) : membersOf(shown);
  let lead = isList ? '[' : '{';
  for (const [name, item] of items) {
    yield `${lead}\n${indent}  ${name}`;
    yield* pieces(item, depth + 1, whole);
    lead = ',';
  }
  const end = isList ? ']' : '}';
  yield items.length === 0 ? `${lead}${end}` : `\n${indent}${end}`;
}

function membersOf(object: object): (readonly [string, unknown])[] {
  const present = Object.entries(object).filter(([, item]) => item !== undefined);
  return present.map(([name, item]) => [`${escaped(JSON.stringify(name))}: `, item]);
}

/** A character that may need an escape; nearly no text has one. */
const NOT_PLAIN = /[^\n\x20-\x7e]/;

// JSON.stringify escapes C0 and lone surrogates itself, but leaves C1 and bidi controls, which occur only in strings.
function escaped(text: string): string {
  return NOT_PLAIN.test(text) ? replaceHidden(text, jsonEscape) : text;
}
