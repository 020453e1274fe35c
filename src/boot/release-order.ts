/**
 * Negative, zero, positive: which kernel release is the older one, as systemd-boot orders them (strverscmp_improved), and as rpm does
 * in all that matters: a number is newer than letters, so that 4.18.0-348.el8 comes before 4.18.0-348.2.1.el8_5.
 */
export function compareReleases(left: string, right: string): number {
  let [a, b] = [left, right];
  for (;;) {
    [a, b] = [a, b].map((rest) => rest.replace(/^[^\dA-Za-z~^.-]+/, '')) as [string, string];
    // "6.8~rc1" is older than "6.8", which has come to its end: the only separator that counts before the end does.
    const early = separator('~', a, b);
    if (early !== 0) return early;
    if (a.startsWith('~')) [a, b] = [a.slice(1), b.slice(1)];
    if (a === '' || b === '') return Math.sign(a.length - b.length);
    for (const sign of ['-', '^', '.']) {
      const order = separator(sign, a, b);
      if (order !== 0) return order;
      if (a.startsWith(sign)) [a, b] = [a.slice(1), b.slice(1)];
    }
    const segment = /^\d/.test(a) || /^\d/.test(b) ? /^\d*/ : /^[A-Za-z]*/;
    const [one, other] = [a, b].map((rest) => segment.exec(rest)?.[0] ?? '') as [string, string];
    const order = segment.source === '^\\d*' ? compareNumbers(one, other) : compareText(one, other);
    if (order !== 0) return order;
    [a, b] = [a.slice(one.length), b.slice(other.length)];
  }
}

/** What begins with the separator is older than what does not. */
function separator(sign: string, a: string, b: string): number {
  return Number(b.startsWith(sign)) - Number(a.startsWith(sign));
}

/** By length first: a number may be a date and a time, and longer than JavaScript's own go. None is older than any. */
function compareNumbers(a: string, b: string): number {
  if (a === '' || b === '') return Math.sign(a.length - b.length);
  const [one, other] = [a, b].map((digits) => digits.replace(/^0+/, '')) as [string, string];
  return Math.sign(one.length - other.length) || compareText(one, other);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
