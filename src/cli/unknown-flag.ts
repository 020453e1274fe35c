import { UsageError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { didYouMean } from './command-word.ts';
import { kubectlFlags } from './flags.ts';

/**
 * kubectl's message for an unknown flag, with a similar known one. -A means all namespaces in kubectl; users type it for all nodes.
 * @param word as it was typed
 * @param known the long names of the command's flags
 * @param command its name, if it may be a command that uses no cluster
 */
export function unknownFlag(word: string, known: readonly string[], command?: string): UsageError {
  if (word.startsWith('--')) {
    const [name = ''] = word.slice(2).split('=');
    if (command !== undefined && Object.hasOwn(kubectlFlags, name)) {
      return new UsageError(`unknown flag: --${name}: ${command} asks no cluster`);
    }
    const begun = name.length > 1 ? known.filter((one) => one.startsWith(name)) : [];
    // Of --all, --all-nodes goes on with a word of its own; --allow-other-bridges is another word.
    const whole = begun.filter((one) => one.startsWith(`${name}-`));
    const near =
      whole.length > 0 ? whole : begun.length > 0 ? begun : [nearest(name, known)].filter((one) => one !== undefined);
    return new UsageError(`unknown flag: --${name}${didYouMean(near.map((one) => `--${one}`))}`);
  }
  const meant = word === '-A' && known.includes('all-nodes') ? ['--all-nodes'] : [];
  return new UsageError(`unknown shorthand flag: '${word.slice(1, 2)}' in ${word}${didYouMean(meant)}`);
}
