import type { Terminal } from './terminal.ts';

// Controls (C0, DEL, C1), format characters (bidi overrides, zero-width, tags), lone surrogates, private use, line separators:
// all that a terminal or an editor may obey or hide instead of show.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const NOT_ASCII = /[^\x20-\x7e]/u;
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gu');
const EVERY_NOT_ASCII = new RegExp(NOT_ASCII, 'gu');
const EVERY_HIDDEN_BUT_NEWLINE = new RegExp(`(?!\\n)${HIDDEN.source}`, 'gu');

/** The most characters that are shown of a field. */
const LIMIT = 500;
const UNLIMITED = Number.POSITIVE_INFINITY;
const LIMITS: Readonly<Record<string, number>> = {
  // Half a command must never be pasted.
  run: UNLIMITED,
  paste: UNLIMITED,
  docs: UNLIMITED,
  // One node must not widen a column for all the others.
  os: 64,
  kernel: 64,
  arch: 64,
  runtime: 64,
};

/**
 * Untrusted text made fit for a terminal: on one line, nothing hidden, at most `max` characters of it.
 * Blanks of any kind become spaces, hidden characters visible escapes (\u001b).
 * @param unicode false: characters beyond ASCII are escaped too
 */
export function printable(text: string, max: number, unicode = true): string {
  if (text.length <= max && !(unicode ? HIDDEN : NOT_ASCII).test(text)) return text;
  const spaced = text.slice(0, max + 1).replace(/\s+/gu, ' ');
  const escaped = spaced.replace(unicode ? EVERY_HIDDEN : EVERY_NOT_ASCII, jsonEscape);
  if (text.length <= max && escaped.length <= max) return escaped;
  // The cut may have left half of a character that takes two units.
  const head = escaped.slice(0, max).replace(/[\ud800-\udbff]$/, '');
  return `${head.trimEnd()}${unicode ? '…' : '...'}`;
}

/** A report with every text of it printable: the one gate between what nodes say and the formats for people. */
export function printableReport<Report extends object>(report: Report, terminal: Terminal): Report {
  // What many nodes have is one object, and stays one.
  const known = new Map<number, WeakMap<object, object>>();
  const clean = (value: unknown, max: number, field: string): unknown => {
    if (typeof value === 'string') {
      // Only a document has lines: any other text must not make some.
      const lines = field === 'paste' ? value.split('\n') : [value];
      return lines.map((line) => printable(line, max, terminal.unicode)).join('\n');
    }
    if (Array.isArray(value)) return value.map((item) => clean(item, max, field));
    if (typeof value !== 'object' || value === null) return value;
    const cleaned = known.get(max) ?? new WeakMap<object, object>();
    known.set(max, cleaned);
    const entries = () =>
      Object.entries(value).map(([key, item]) => [key, clean(item, LIMITS[key] ?? max, key)] as const);
    const result = cleaned.get(value) ?? Object.fromEntries(entries());
    cleaned.set(value, result);
    return result;
  };
  return clean(report, LIMIT, '') as Report;
}

/** Whether a text holds characters that do not show. */
export function hasHidden(text: string): boolean {
  return HIDDEN.test(text);
}

/** Replaces what does not show, newlines excepted, by what `replace` makes of each code point. */
export function replaceHidden(text: string, replace: (character: string) => string): string {
  return text.replace(EVERY_HIDDEN_BUT_NEWLINE, replace);
}

/** A character as UTF-16 escapes, in the spelling of JSON: \u001b, \udb40\udc01. */
export function jsonEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
