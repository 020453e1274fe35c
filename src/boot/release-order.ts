/**
 * Negative, zero, positive: which kernel release is the older one, as systemd-boot orders them (strverscmp_improved), and as rpm does
 * in all that matters: a number is newer than letters, so that 4.18.0-348.el8 comes before 4.18.0-348.2.1.el8_5.
 */
export function compareReleases(left: string, right: string): number {
  const [a = '', b = ''] = [left, right].map(sortKey);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What comes before the end of a release, and behind it: "6.8~rc1" is older than "6.8", and that than "6.8-1". */
const SEPARATORS = '~\0-^.';
const END = '\x01';
const END_OF_LETTERS = '\x05';
const NUMBER = '\x7f';

/** A text by which releases sort. Numbers go by their length first: one may be a date and a time, and longer than JavaScript's own go. */
function sortKey(release: string): string {
  const parts = release.match(/\d+|[A-Za-z]+|[~^.-]/g) ?? [];
  const keys = parts.map((part) => {
    const digits = part.replace(/^0+/, '');
    if (/^\d/.test(part)) return NUMBER + String.fromCharCode(digits.length) + digits;
    return SEPARATORS.includes(part) ? String.fromCharCode(SEPARATORS.indexOf(part)) : part + END_OF_LETTERS;
  });
  return keys.join('') + END;
}
