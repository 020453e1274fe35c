import { excerpt } from '../text/excerpt.ts';

/** A line of a configuration file, or a word of the kernel's command line. */
export type Origin = { readonly file: string; readonly line: number } | { readonly commandLine: string };

/** FILE:LINE for a message, or the word of the command line; a path is worth more than an arbitrary value, hence its own bound. */
export function place(at: Origin | { file: string; line?: number }): string {
  if ('commandLine' in at) return `${excerpt(at.commandLine)} on the kernel command line`;
  const file = excerpt(at.file, 128);
  return at.line === undefined ? file : `${file}:${at.line}`;
}
