import { UsageError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { didYouMean } from './command-word.ts';

/**
 * What kubectl says to a flag that it does not know, and besides the one that may have been meant: there -A is for all namespaces, which
 * fingers remember where it is all nodes.
 * @param word as it was typed
 * @param known the long names of the command's flags
 */
export function unknownFlag(word: string, known: readonly string[]): UsageError {
  if (word.startsWith('--')) {
    const [name = ''] = word.slice(2).split('=');
    const near = nearest(name, known);
    return new UsageError(`unknown flag: --${name}${didYouMean(near === undefined ? [] : [`--${near}`])}`);
  }
  const meant = word === '-A' && known.includes('all-nodes') ? ['--all-nodes'] : [];
  return new UsageError(`unknown shorthand flag: '${word.slice(1, 2)}' in ${word}${didYouMean(meant)}`);
}
