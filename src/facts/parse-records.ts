/** The first line of the probe's text: its format and version. */
const VERSION_LINE = 'np 1';
const LAST_LINE = 'n end';
const TEXT_LIMIT = 1024 * 1024;

/** The longest record that is believed; the kernel's command line has at most 4096 bytes. */
export const RECORD_LIMIT = 16 * 1024;

/** The probe's records, without their letters, by section. */
export type Sections = ReadonlyMap<string, readonly string[]>;

/**
 * Splits the probe's text (its format stands in src/probe/probe.sh) into sections. Empty when it does not begin with the version
 * line. A text that does not reach its last line was cut, and its last record with it: that one is left out.
 */
export function sectionsOf(text: string): Sections {
  const lines = text.slice(0, TEXT_LIMIT).split('\n');
  if (lines[0] !== VERSION_LINE) return new Map();
  const end = lines.indexOf(LAST_LINE);
  const sections = new Map<string, string[]>();
  for (const line of lines.slice(1, end === -1 ? -1 : end)) {
    const letter = /^([a-z]) /.exec(line)?.[1];
    if (letter === undefined) continue;
    const records = sections.get(letter) ?? [];
    records.push(line.slice(2));
    sections.set(letter, records);
  }
  return sections;
}

/** The rest of the section's first record that begins with this word; '' when nothing follows it, undefined without one. */
export function record(sections: Sections, letter: string, word: string): string | undefined {
  const found = sections.get(letter)?.find((line) => line === word || line.startsWith(`${word} `));
  return found === undefined || found.length > RECORD_LIMIT ? undefined : found.slice(word.length + 1);
}

/** The words of the section's first record that begins with this word; undefined without one. */
export function wordsBehind(sections: Sections, letter: string, word: string): string[] | undefined {
  const found = record(sections, letter, word);
  return found === undefined ? undefined : words(found);
}

/** The section's records, if the probe got to its end. */
export function complete(sections: Sections, letter: string): readonly string[] | undefined {
  const records = sections.get(letter);
  return records?.includes('end') ? records : undefined;
}

/** The words of a record, decoded. */
export function words(text: string): string[] {
  return text.split(' ').filter(Boolean).map(decodeWord);
}

/** A percent-encoded word as text; bytes that are no UTF-8 become U+FFFD. */
export function decodeWord(word: string): string {
  if (!/^(%[0-9a-f]{2})+%?$/.test(word)) return word;
  const bytes = word.split('%').filter(Boolean);
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
}

/** The same object without its undefined properties: exactOptionalPropertyTypes tells the two apart. */
export function defined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** 1: yes, 0: no, anything else: not known. */
export function flag(text: string | undefined): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}
