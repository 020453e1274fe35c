import { gzipSync } from 'node:zlib';

/**
 * A script without its comment lines, blank lines and indentation. Only for scripts in which no here-document occurs, and no quote spans lines but for
 * those of shellVariable(), whose lines are stripped already.
 */
export function stripScript(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return `${lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n')}\n`;
}

/** A program of awk as a shell's variable; the program has no apostrophe. */
export function shellVariable(name: string, program: string): string {
  return `${name}='${stripScript(program).trimEnd()}'\n`;
}

/** Where the kubelet looks for a container's termination message unless a pod says otherwise. */
export const ANSWER = '/dev/termination-log';

/**
 * Lines of shell that unpack the first argument into s, where the image has these programs. A failure is told in the answer, which is the
 * second argument, where openEnvelope finds it.
 * @param what is packed there
 */
export function unpacked(programs: string, what: string): string[] {
  return [
    'm=',
    `for t in ${programs};do command -v $t >/dev/null 2>&1||m="$m $t";done`,
    's=$(printf %s "$1"|base64 -d 2>/dev/null|gunzip 2>/dev/null)',
    'f(){ printf "np1 error %s" "$1" >"$2";exit 0;}',
    '[ "$m" ]&&f "the image lacks$m" "$2"',
    `[ "$s" ]||f "the image cannot unpack the ${what}" "$2"`,
  ];
}

/** A script as base64 of its gzip; the same bytes on every call and every platform. */
export function pack(text: string): string {
  const bytes = gzipSync(text, { level: 9 });
  // The header's tenth byte names the operating system that packed it.
  bytes[9] = 255;
  return bytes.toString('base64');
}
