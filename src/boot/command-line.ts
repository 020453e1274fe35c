/** A word of the kernel's command line: `key=value`; value is undefined where the word has no `=`. */
export interface CommandLineWord {
  key: string;
  value: string | undefined;
}

/** Whose parser reads the command line: the two disagree about quotes, and about what follows `--`. */
export type CommandLineReader = 'kernel' | 'systemd';

/**
 * The words of a kernel command line, in order, without their quotes.
 *
 * The kernel knows double quotes only, removes them only around a whole word or a whole value, and leaves what follows
 * `--` to process 1. systemd also knows single quotes, removes both wherever they stand, and reads the line to its end. A
 * backslash is an ordinary character to both.
 */
export function parseCommandLine(text: string, reader: CommandLineReader = 'systemd'): CommandLineWord[] {
  const line = text.replace(/[\0\n].*$/s, '');
  return reader === 'kernel' ? kernelWords(line) : systemdWords(line);
}

function kernelWords(line: string): CommandLineWord[] {
  const words: string[] = line.match(/(?:"[^"]*(?:"|$)|[^\s"])+/g) ?? [];
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).map(kernelWord);
}

function kernelWord(word: string): CommandLineWord {
  const quoted = word.startsWith('"');
  const { key, value } = split(quoted ? word.slice(1) : word);
  if (quoted && value === undefined) return { key: key.replace(/"$/, ''), value };
  if (quoted) return { key, value: value?.replace(/"$/, '') };
  return { key, value: value?.startsWith('"') ? value.slice(1).replace(/"$/, '') : value };
}

const SYSTEMD_WORD = /(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s"'])+/g;
const SYSTEMD_PART = /"([^"]*)(?:"|$)|'([^']*)(?:'|$)/g;

function systemdWords(line: string): CommandLineWord[] {
  const words = line.match(SYSTEMD_WORD) ?? [];
  return words.map((word) =>
    split(word.replaceAll(SYSTEMD_PART, (_, double?: string, single?: string) => double ?? single ?? '')),
  );
}

function split(word: string): CommandLineWord {
  const at = word.indexOf('=');
  return at === -1 ? { key: word, value: undefined } : { key: word.slice(0, at), value: word.slice(at + 1) };
}
