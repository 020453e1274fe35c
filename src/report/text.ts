import type { Terminal } from './terminal.ts';

// Controls (C0, DEL, C1), format characters (bidi overrides, zero-width, tags), lone surrogates, private use, line separators:
// everything that a terminal or an editor may execute or hide instead of show.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const NOT_ASCII = /[^\x20-\x7e]/u;
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gu');
const EVERY_NOT_ASCII = new RegExp(NOT_ASCII, 'gu');
const EVERY_HIDDEN_BUT_NEWLINE = new RegExp(`(?!\\n)${HIDDEN.source}`, 'gu');

/** The most characters of a field that are shown. */
const LIMIT = 500;
const UNLIMITED = Number.POSITIVE_INFINITY;
const LIMITS: Readonly<Record<string, number>> = {
  // Half a command must never be pasted.
  run: UNLIMITED,
  paste: UNLIMITED,
  docs: UNLIMITED,
  // One node must not widen a column for all others.
  os: 64,
  kernel: 64,
  arch: 64,
  runtime: 64,
};

/**
 * Makes untrusted text safe for a terminal: one line, nothing hidden, at most `max` characters.
 * Blanks of any kind become spaces, hidden characters become visible escapes (\u001b).
 * @param unicode false: characters beyond ASCII are escaped, too
 */
export function printable(text: string, max: number, unicode = true): string {
  if (text.length <= max && !(unicode ? HIDDEN : NOT_ASCII).test(text)) return text;
  const spaced = text.slice(0, max + 1).replace(/\s+/gu, ' ');
  const escaped = spaced.replace(unicode ? EVERY_HIDDEN : EVERY_NOT_ASCII, jsonEscape);
  if (text.length <= max && escaped.length <= max) return escaped;
  // The cut may leave half of a character that has two UTF-16 units.
  const head = escaped.slice(0, max).replace(/[\ud800-\udbff]$/, '');
  return `${head.trimEnd()}${unicode ? '…' : '...'}`;
}

/** Makes every text of a report printable: all formats for people get nodes' texts only through this function. */
export function printableReport<Report extends object>(report: Report, terminal: Terminal): Report {
  // Objects that nodes share stay shared.
  const known = new Map<number, WeakMap<object, object>>();
  const clean = (value: unknown, max: number, field: string): unknown => {
    if (typeof value === 'string') {
      // Only a document may have several lines.
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

/** Whether a text contains hidden characters. */
export function hasHidden(text: string): boolean {
  return HIDDEN.test(text);
}

/** Replaces each hidden character, except newlines, by the result of `replace`. */
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
