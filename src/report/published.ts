import { type Advice, adviceText } from '../text/advice.ts';

/** A report's value in JSON and YAML, where advice is text. A replacer for JSON.stringify and similar functions. */
export function published(_key: unknown, value: unknown): unknown {
  return isAdvice(value) ? adviceText(value) : value;
}

function isAdvice(value: unknown): value is Exclude<Advice, string> {
  if (typeof value !== 'object' || value === null) return false;
  return ('run' in value && typeof value.run === 'string') || 'paste' in value;
}
