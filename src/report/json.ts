import { oncePerObject } from '../text/once-per-object.ts';
import { published } from './published.ts';
import { jsonEscape, replaceHidden } from './text.ts';

/** From here on a part is made as a whole: of a report's nodes, each finding. */
const DEPTH = 4;
/** Characters, at least, that are handed on at once. */
const CHUNK = 64 * 1024;

/** A report as one JSON document. What a terminal would obey is escaped, so that the value stays exact and harmless. */
export function renderJson(report: object): string {
  return [...jsonParts(report)].join('');
}

/** The same in parts: of many nodes it has a hundred megabytes, which are not to be in memory together. */
export function* jsonParts(report: object): Generator<string> {
  // An object that has been written before is the same text again: it stands on the same level.
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

/** As JSON.stringify has them, with two blanks for each level. */
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

/** What is not plain may have to be escaped; nearly all is. */
const NOT_PLAIN = /[^\n\x20-\x7e]/;

// JSON.stringify escapes C0 and lone surrogates itself, but leaves C1 and bidi controls, which only occur within strings.
function escaped(text: string): string {
  return NOT_PLAIN.test(text) ? replaceHidden(text, jsonEscape) : text;
}
