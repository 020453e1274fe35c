/** A word for a POSIX shell: what is proposed for typing holds names and paths that others chose. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : singleQuoted(word);
}

/** A text in single quotes, in which a shell expands nothing. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
