/** What the kernel makes of a text that is written to an integer sysctl. */
export type Written = { is: 'value'; value: string } | { is: 'refused' } | { is: 'unknown' };

// The kernel looks at 21 bytes of a number, and refuses one that fills them all.
const LONGEST_NUMBER = 20;
const LARGEST = 2147483647n;

/**
 * Reads an integer as the kernel does: blanks before it, octal and hexadecimal, and whatever stands behind a blank is not
 * looked at; anything else that follows at once ("1;") makes the write fail. Bytes that were no UTF-8 may have been blanks
 * to the kernel: unknown.
 */
export function writtenInteger(text: string): Written {
  if (/^[ \t-\r\uFFFD]*\uFFFD/.test(text)) return { is: 'unknown' };
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
