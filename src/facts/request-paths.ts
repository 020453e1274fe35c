/** The longest path that is asked for. */
const LENGTH_LIMIT = 160;

/** Whether this may be asked for as a path of a node: absolute, no `.` or `..`, no character that means something to a shell. */
export function isPath(path: string): boolean {
  return path.length <= LENGTH_LIMIT && /^(?:\/(?!\.{1,2}(?:\/|$))[\w.@:+-]+)+$/.test(path);
}

/** Only these lines of a file: /etc/x.conf#WORD|WORD. */
const WORDS = /#\w+(?:\|\w+)*$/;

/** Whether this may be asked for as a file, or as all files of one suffix in a directory: /etc/x.d/*.conf. */
export function isFilePath(path: string): boolean {
  return path.length <= LENGTH_LIMIT && isPath(path.replace(WORDS, '').replace(/\/\*\.\w+$/, '/any'));
}

/** Whether a path is what this request asks for. */
export function isAskedBy(path: string, request: string): boolean {
  const asked = request.replace(WORDS, '');
  const [, directory, suffix = ''] = /^(.*\/)\*(\.\w+)$/.exec(asked) ?? [];
  if (directory === undefined) return path === asked;
  return path.startsWith(directory) && path.endsWith(suffix) && !path.slice(directory.length).includes('/');
}
