import { type HelpPages, OVERVIEW } from './page.ts';

const OPTIONS = 'options';

/**
 * The help page that a command line asks for.
 * @param argv the words after `kubectl netprereq`
 * @returns undefined: it asks for no help, or for help with something unknown
 */
export function helpTopic(argv: readonly string[], pages: HelpPages): string | undefined {
  if (argv.length === 0) return OVERVIEW;
  const [first = '', ...rest] = argv;
  if (first === '__complete') return undefined;
  const isHelp = (word: string) => word === '-h' || word === '--help';
  const exists = (word: string) => Object.hasOwn(pages, word) && word !== OVERVIEW;
  if (first === 'help') {
    const words = rest.filter((word) => !isHelp(word));
    const [topic = words.length < rest.length ? first : OVERVIEW, extra] = words;
    return extra === undefined && (exists(topic) || topic === OVERVIEW) && !words.includes('') ? topic : undefined;
  }
  if (first === OPTIONS && rest.length === 0) return OPTIONS;
  const end = argv.indexOf('--');
  const words = argv.slice(0, end < 0 ? undefined : end);
  if (!words.some(isHelp)) return undefined;
  const names = words.filter((word) => !word.startsWith('-'));
  return names.length === 0 ? OVERVIEW : names.find(exists);
}
