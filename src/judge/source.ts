import type { Origin } from '../facts/origin.ts';
import type { State } from './finding.ts';

/** Where something stands, as the report's states name it. */
export function sourceAt(origin: Origin): NonNullable<State['source']> {
  return 'file' in origin ? { file: origin.file, line: origin.line } : { file: '/proc/cmdline' };
}
