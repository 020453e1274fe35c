import type { Origin } from '../boot/modprobe-config.ts';
import { excerpt, place } from './excerpt.ts';
import type { State } from './rule.ts';

/** Where something stands, as the report's states name it. */
export function sourceAt(origin: Origin): NonNullable<State['source']> {
  return 'file' in origin ? { file: origin.file, line: origin.line } : { file: '/proc/cmdline' };
}

/** The step that takes a line, or a word of the kernel's command line, out of the way. */
export function removeAt(origin: Origin): string {
  return 'file' in origin
    ? `Remove ${place(origin)}`
    : `Take ${excerpt(origin.commandLine)} off the kernel command line (boot loader), then reboot`;
}
