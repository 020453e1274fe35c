const MASK = '[credential]';
/** A secret of this length is in no text by chance. */
const LONG = 16;
const WORD = String.raw`[\p{L}\p{N}_]`;

/** A text of the server without the credential, which a debugging proxy may echo; a short one is masked where it is a word of its own. */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => {
    if (secret.length >= LONG) return clean.replaceAll(secret, MASK);
    const literal = secret.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
    return clean.replaceAll(new RegExp(`(?<!${WORD})${literal}(?!${WORD})`, 'gu'), MASK);
  }, text);
}
