import { jsonEscape, replaceHidden } from './text.ts';

/** A report as one JSON document. What a terminal would obey is escaped, so that the value stays exact and harmless. */
export function renderJson(report: object): string {
  // JSON.stringify escapes C0 and lone surrogates itself, but leaves C1 and bidi controls, which only occur within strings.
  return `${replaceHidden(JSON.stringify(report, null, 2), jsonEscape)}\n`;
}
