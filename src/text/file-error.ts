/** Why a file could not be opened, as strerror(3) and so kubectl say it. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
};

/** The code of a system's error; undefined: it is none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Why a file could not be opened. */
export function fileError(error: unknown): string {
  const code = errorCode(error);
  return WORDS[code ?? ''] ?? code ?? String(error);
}
