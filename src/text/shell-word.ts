/** A word for a POSIX shell: what is proposed for typing holds names and paths that others chose. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
