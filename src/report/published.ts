import { type Advice, adviceText } from '../text/advice.ts';

/** What a report's value is in JSON and YAML: advice is text there. A replacer for JSON.stringify and its like. */
export function published(_key: unknown, value: unknown): unknown {
  return isAdvice(value) ? adviceText(value) : value;
}

function isAdvice(value: unknown): value is Exclude<Advice, string> {
  if (typeof value !== 'object' || value === null) return false;
  return ('run' in value && typeof value.run === 'string') || 'paste' in value;
}
