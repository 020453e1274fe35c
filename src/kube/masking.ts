const MASK = '[credential]';
/** A secret of this length is in no text by chance. */
const LONG = 16;
/** A shorter one is also a word of its own in messages that have nothing to do with it. */
const SHORT = 6;
const WORD = String.raw`[\p{L}\p{N}_]`;
/** What says that a credential follows. */
const ANNOUNCED = String.raw`(?<=\b(?:[Bb]earer|[Bb]asic|[Tt]oken|[Pp]assword)[\s:="'\\]{1,8})`;

/** Where a secret stands for itself: as a whole word, and if it is very short only where it is called what it is. */
function pattern(secret: string): RegExp {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const begin = secret.length < SHORT ? ANNOUNCED : `(?<!${WORD})`;
  return new RegExp(`${begin}${literal}(?!${WORD})`, 'gu');
}

/** A text of the server without the credential, which a debugging proxy may echo. */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (clean, secret) =>
      secret.length < LONG ? clean.replaceAll(pattern(secret), MASK) : clean.replaceAll(secret, MASK),
    text,
  );
}
