import { gzipSync } from 'node:zlib';

/**
 * A script without its comment lines, blank lines and indentation. Only for scripts in which no quote spans lines and no
 * here-document occurs.
 */
export function stripScript(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return `${lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n')}\n`;
}

/** A program of awk as a shell's variable. Line by line, because no quote may span lines; the program has no apostrophe. */
export function shellVariable(name: string, program: string): string {
  const lines = stripScript(program).trimEnd().split('\n');
  return lines.map((line) => `${name}=$${name}$nl'${line}'\n`).join('');
}

/** A script as base64 of its gzip; the same bytes on every call and every platform. */
export function pack(text: string): string {
  const bytes = gzipSync(text, { level: 9 });
  // The header's tenth byte names the operating system that packed it.
  bytes[9] = 255;
  return bytes.toString('base64');
}
