import type { NodeContext } from './node-context.ts';

/** A line that sets a sysctl, with the value as the file has it. */
export interface OtherWriter {
  file: string;
  line: number;
  value: string;
}

/** Lines that set the sysctl to a wrong value, the one that will decide the next boot first. */
export function writersOf(key: string, wrong: (value: string) => boolean, { boot }: NodeContext): OtherWriter[] {
  // The running kernel has the key, whatever is known of how its module came.
  const value = boot.sysctlOnceLoaded(key);
  const decides = value.is === 'value' && 'file' in value.source ? [{ ...value.source, value: value.value }] : [];
  const others = value.others
    .filter(({ fate }) => fate !== 'file replaced' && fate !== 'refused')
    .map(({ file, line, value: text }) => ({ file, line, value: text }));
  return [...decides, ...others.reverse()].filter(({ value: text }) => wrong(text));
}
