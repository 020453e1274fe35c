/** What the kernel makes of a text that is written to a sysctl. */
export type Written = { is: 'value'; value: string } | { is: 'refused' } | { is: 'unknown'; because: string };

const NO_TEXT: Written = { is: 'unknown', because: 'a value has bytes that are no text' };

// The kernel looks at 21 bytes of a number, and refuses one that fills them all.
const LONGEST_NUMBER = 20;
const LARGEST = 2147483647n;

/**
 * Reads an integer as the kernel does: blanks before it, octal and hexadecimal, and whatever stands behind a blank is not
 * looked at; anything else that follows at once ("1;") makes the write fail. Bytes that were no UTF-8 may have been blanks
 * to the kernel: unknown.
 */
export function writtenInteger(text: string): Written {
  if (/^[ \t-\r\uFFFD]*\uFFFD/.test(text)) return NO_TEXT;
  const [, sign = '', digits = '', end = ''] = /^[ \t-\r]*(-?)(0[xX][0-9a-fA-F]+|\d+)(.?)/s.exec(text) ?? [];
  if (digits === '' || !['', ' ', '\t', '\n'].includes(end) || (sign + digits).length > LONGEST_NUMBER) {
    return { is: 'refused' };
  }
  const magnitude = magnitudeOf(digits);
  if (magnitude === undefined || magnitude > LARGEST + (sign ? 1n : 0n)) return { is: 'refused' };
  return { is: 'value', value: String(sign ? -magnitude : magnitude) };
}

function magnitudeOf(digits: string): bigint | undefined {
  if (!/^0\d/.test(digits)) return BigInt(digits);
  return /[89]/.test(digits) ? undefined : BigInt(`0o${digits.slice(1)}`);
}

/**
 * Reads what is written to a sysctl that is not known to be one integer: one plain integer as the kernel does, anything else as the
 * text that it is, blanks squeezed. A number that an integer cannot hold is taken by some sysctls and refused by others.
 * @param numbers how many integers the sysctl holds, where that is known; fewer leave the others as they are
 */
export function writtenText(text: string, numbers?: number): Written {
  const words = text.split(/[ \t\n]+/).filter((word) => word !== '');
  if (words.some((word) => /\p{Cc}|\uFFFD/u.test(word))) return NO_TEXT;
  if (numbers !== undefined && !(words.length === numbers && words.every(isPlain))) {
    return { is: 'unknown', because: `a value is not the ${numbers} numbers that the sysctl holds` };
  }
  if (words.length !== 1 && numbers === undefined) return { is: 'value', value: words.join(' ') };
  const read = words.map((word): Written => (isPlain(word) ? writtenInteger(word) : { is: 'value', value: word }));
  const values = read.flatMap((one) => (one.is === 'value' ? [one.value] : []));
  return values.length === read.length
    ? { is: 'value', value: values.join(' ') }
    : { is: 'unknown', because: 'whether the kernel takes the number is not known' };
}

function isPlain(word: string): boolean {
  return /^-?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(word);
}
