import type { Origin } from './modprobe-config.ts';

/** Text of a node for use in a message, cut to a bounded length; control characters are the renderers' business. */
export function excerpt(text: string, limit = 64): string {
  return text.length > limit ? `${text.slice(0, limit - 3)}...` : text;
}

/** FILE:LINE for a message, or the word of the command line; a path is worth more than an arbitrary value, hence its own bound. */
export function place(at: Origin | { file: string; line?: number }): string {
  if ('commandLine' in at) return `${excerpt(at.commandLine)} on the kernel command line`;
  const file = excerpt(at.file, 128);
  return at.line === undefined ? file : `${file}:${at.line}`;
}
