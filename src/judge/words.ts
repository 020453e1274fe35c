import { spelled } from './find-rules.ts';

/** Letters of languages that put no blank between a word and a name: `加载br_netfilter失败`. Of Latin letters (für), all are one word. */
const OTHER_LETTERS = /(?:(?![\x00-\x7f]|\p{Script=Latin}|\p{P})\S)+/gu;
/** Punctuation that is not ASCII: “ ” ： 。 */
const OTHER_PUNCTUATION = /(?![\x00-\x7f])\p{P}/gu;

/** The words of a text, spelled as names are: without quotes and brackets, paths below /proc/sys as sysctls, below /sys/module as modules. */
export function wordsOf(text: string): string[] {
  // A shell takes the quote out of can't.
  const unquoted = text.replace(/(?<=\w)['’](?=\w)/g, '');
  return withBlanks(unquoted)
    .split(/[\s"'`,;()[\]{}<>=]+/)
    .map((word) => spelled(nameIn(word.replace(/[:.!?]+$/, ''))))
    .filter((word) => word !== '');
}

/** Puts blanks between words that punctuation other than ASCII or other letters separate. Most logs have neither. */
function withBlanks(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text.replace(OTHER_PUNCTUATION, ' ').replace(OTHER_LETTERS, ' $& ');
}

function nameIn(path: string): string {
  return path.replace(/^\/proc\/sys\//, '').replace(/^\/sys\/module\/([^/]+).*$/, '$1');
}

const UNSPACED = new RegExp(`^${OTHER_LETTERS.source}$`, 'u');

/** Whether this is a word of a language that puts no blanks between words. It may be a part of a longer run of letters. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word);
}

/** Finds out whether a text has a word, spelled as wordsOf spells it, or a name or path with it as a whole part. */
export function wordFinder(text: string): (word: string) => boolean {
  const parts = (name: string) => `-${name.replaceAll('.', '-')}-`;
  const own = wordsOf(text).map(parts).join(' ');
  return (word) => (isUnspaced(word) ? text.includes(word) : own.includes(parts(word)));
}
