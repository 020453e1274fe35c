import { published } from '../../src/report/published.ts';

/** A value with its advice as text, as JSON has it; all else as it is. */
export function worded<Value>(value: Value): Worded<Value>;
export function worded(value: unknown): unknown {
  const text = published('', value);
  if (typeof text !== 'object' || text === null) return text;
  if (Array.isArray(text)) return text.map((each) => worded(each));
  return Object.fromEntries(Object.entries(text).map(([key, each]) => [key, worded(each)]));
}

type Worded<Value> = Value extends { run: string } | { paste: string }
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Worded<Value[Key]> }
    : Value;
