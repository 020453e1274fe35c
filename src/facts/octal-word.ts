/** Text as one word without blanks, which a shell's printf turns back: octal escapes of its UTF-8 when it has any but harmless characters. */
export function octalWord(text: string): string {
  if (text === '') return '\\0';
  if (/^[-A-Za-z0-9._/@:+=]+$/.test(text)) return text;
  return [...Buffer.from(text)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}

/** What a word stands for: octal escapes of UTF-8, or itself. */
export function fromOctalWord(word: string): string {
  if (!word.includes('\\')) return word;
  const bytes = [...word.matchAll(/\\0([0-7]{3})/g)].map(([, digits = '']) => Number.parseInt(digits, 8));
  return Buffer.from(bytes).toString();
}
