import { UsageError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { type Commands, type Flag, flagIn, flagsOf, type SpelledFlag } from './command-flags.ts';
import { BARE_VALUES, OTHER_SPELLINGS } from './flags.ts';
import { unknownFlag } from './unknown-flag.ts';

/** One typed flag with its value, or words that are not flags. */
interface Typed {
  words: readonly string[];
  flag?: SpelledFlag;
}

/** `-bash: /proc/sys/…: No such file`: a whole message in one word. A blank in the value of a flag does not match. */
function isMessage(word: string): boolean {
  return /^-[^\s=]*\s/.test(word);
}

/** Whether a word that is not a known flag looks like a flag. */
function isUnknown(word: string, flags: Readonly<Record<string, Flag>>): boolean {
  return /^--./.test(word) || (/^-./.test(word) && !Object.values(flags).some(({ char }) => char === word[1]));
}

function take(argv: readonly string[], flags: Readonly<Record<string, Flag>>, command: string): Typed[] {
  const typed: Typed[] = [];
  // oclif takes every word that begins with a dash for a flag, except after --.
  const messages: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') return [...typed, { words: ['--', ...messages, ...argv.slice(i + 1)] }];
    if (command === 'explain' && isMessage(word)) {
      messages.push(word);
      continue;
    }
    const flag = flagIn(word, flags);
    const next = argv[i + 1];
    const bare = flag && Object.hasOwn(BARE_VALUES, flag.name) ? BARE_VALUES[flag.name] : undefined;
    if (flag && flag.value === undefined && bare !== undefined) {
      // To kubectl the next word is a node, but a user who types this means the flag's value.
      if (flag.definition.type === 'option' && next !== undefined && flag.definition.options?.includes(next)) {
        throw new UsageError(
          `--${flag.name} takes its value after "=": --${flag.name}=${next} (a node "${next}" goes first)`,
        );
      }
      typed.push({ words: [word], flag: { ...flag, value: bare } });
    } else if (flag?.definition.type === 'option' && flag.value === undefined && next !== undefined) {
      typed.push({ words: [word, next], flag: { ...flag, value: next } });
      i++;
    } else if (flag?.definition.type === 'option' && flag.value === undefined) {
      throw new UsageError(`flag needs an argument: ${word.startsWith('--') ? word : `'${word[1]}' in ${word}`}`);
    } else if (flag === undefined && isUnknown(word, flags)) {
      throw unknownFlag(word, Object.keys(flags), command);
    } else typed.push({ words: [word], ...(flag ? { flag } : {}) });
  }
  return messages.length > 0 ? [...typed, { words: ['--', ...messages] }] : typed;
}

/** `--name` for true, nothing for false: oclif would take `=false` for an argument, and the flag for true. */
function boolean(name: string, value: string | undefined): string[] {
  if (value === undefined || ['true', 't', '1'].includes(value.toLowerCase())) return [`--${name}`];
  if (['false', 'f', '0'].includes(value.toLowerCase())) return [];
  throw new UsageError(`invalid argument "${value}" for "--${name}" flag: must be true or false`);
}

function words({ words: asTyped, flag }: Typed): readonly string[] {
  if (flag === undefined) return asTyped;
  const { name, definition, value = '' } = flag;
  if (definition.type === 'boolean') return boolean(name, flag.value);
  const { options, delimiter } = definition;
  if (options === undefined) return [`--${name}=${value}`];
  const given = delimiter ? value.split(delimiter) : [value];
  return [`--${name}=${given.map((one) => choice(name, one, options)).join(delimiter)}`];
}

/** One of the flag's allowed values, typed in any case. */
function choice(name: string, typed: string, options: readonly string[]): string {
  const spelling = (Object.hasOwn(OTHER_SPELLINGS, name) && OTHER_SPELLINGS[name]?.(typed)) || typed;
  const meant = options.find((option) => option.toLowerCase() === spelling.toLowerCase());
  if (meant !== undefined) return meant;
  const lower = options.map((option) => option.toLowerCase());
  const near = options[lower.indexOf(nearest(typed.toLowerCase(), lower) ?? '')];
  const wrong = `invalid argument "${typed}" for "--${name}" flag: must be one of ${options.join(', ')}`;
  throw new UsageError(near === undefined ? wrong : `${wrong}; did you mean ${near}?`);
}

/**
 * Rewrites flags where kubectl's parser differs from oclif's. If a flag is repeated, the last one counts (a shell alias may already
 * contain it). A boolean may be `--flag=false`. The word after a flag is its value, whatever it begins with. `-n=x` is `-n x`.
 * @throws UsageError for an unknown flag, a missing value, or a value that the flag does not accept
 */
export function flagWords(argv: readonly string[], commands: Commands): string[] {
  const at = argv.findIndex((word) => Object.hasOwn(commands, word));
  const command = commands[argv[at] ?? ''];
  if (command === undefined) return [...argv];
  const typed = take(argv.slice(at + 1), flagsOf(command), argv[at] ?? '');
  const last = new Map(typed.map(({ flag }, i) => [flag?.name, i]));
  const rewritten = typed.flatMap((one, i) => {
    const { flag } = one;
    const repeatable = flag?.definition.type === 'option' && flag.definition.multiple;
    return flag === undefined || repeatable || last.get(flag.name) === i ? words(one) : [];
  });
  return [...argv.slice(0, at + 1), ...rewritten];
}
