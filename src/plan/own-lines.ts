import { systemdLine } from '../boot/sysctl-lines.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';

/** The first line of a file of ours. */
export const TITLE =
  '# Written by kubectl netprereq. Its undo removes this file, but not when somebody else has changed it.';

/** A line of our own files, and what a comment tells of the running kernel. */
export interface OwnLine {
  /** A module's name, or a sysctl's key. */
  name: string;
  /** The value; undefined: the line is a module's name. */
  value: string | undefined;
  /** What it was before: `0`, `absent`, `not loaded`; undefined: an image, in which it was nothing yet. */
  was: string | undefined;
}

/**
 * The text of our file with these lines in it: one for the same module or key is replaced, every other one stays, whoever wrote it. The
 * same text where all of them are there already. A file is read as systemd reads it.
 * @param note who writes it, and when
 */
export function withOwnLines(text: string, added: readonly OwnLine[], note: string): string {
  return added.reduce((before, line) => withOwnLine(before, line, note), text);
}

function withOwnLine(text: string, { name, value, was }: OwnLine, note: string): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const says = value === undefined ? moduleSaid : settingSaid;
  // The last line counts.
  if (lines.map((line) => says(line, name)).findLast((said) => said !== undefined) === (value ?? name)) return text;
  const others = lines.filter(
    (line) => !line.startsWith(TITLE) && !isCommentOn(name, line) && says(line, name) === undefined,
  );
  const line = value === undefined ? name : `${name} = ${value}`;
  const comment = was === undefined ? `# ${name} (${note})` : `# ${name} was ${was} (${note})`;
  return [TITLE, ...others, comment, line, ''].join('\n');
}

function isCommentOn(name: string, line: string): boolean {
  return line.startsWith(`# ${name} was `) || line.startsWith(`# ${name} (`);
}

function moduleSaid(line: string, name: string): string | undefined {
  return line.replace(/^[\t\r ]+|[\t\r ]+$/g, '') === name ? name : undefined;
}

function settingSaid(line: string, key: string): string | undefined {
  const setting = systemdLine(line);
  return setting?.path === swapDotsAndSlashes(key) ? setting.value : undefined;
}
