import { type HelpPages, OVERVIEW } from './page.ts';

/**
 * What a command line asks help for: the name of a page, or a word that should have been one.
 * @param argv the words behind `kubectl netprereq`
 * @returns undefined: it does not ask for help
 */
export function helpTopic(argv: readonly string[], pages: HelpPages): string | undefined {
  if (argv.length === 0) return OVERVIEW;
  const [first, ...rest] = argv;
  if (first === '__complete') return undefined;
  const end = argv.indexOf('--');
  const asked = argv.slice(0, end < 0 ? undefined : end).some((word) => word === '-h' || word === '--help');
  if (first !== 'help' && !asked) return undefined;
  const words = (first === 'help' ? rest : argv).filter((word) => !word.startsWith('-'));
  if (first === 'help' && asked && words.length === 0) return 'help';
  return words.find((word) => Object.hasOwn(pages, word)) ?? words[0] ?? OVERVIEW;
}
