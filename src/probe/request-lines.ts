import { type FactsRequest, keysAndPatterns, mergeRequests } from '../facts/request.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';

/**
 * A request as the lines of a shell script that stand in front of the probe: one variable each, in single quotes. Throws for what
 * cannot be asked; mergeRequests lets no word pass that has a quote in it.
 */
export function requestLines(request: FactsRequest): string {
  const asked = mergeRequests([request]);
  const { keys, patterns } = keysAndPatterns(asked);
  const variables = {
    keys: keys.map(swapDotsAndSlashes).join(' '),
    patterns: patterns.map(swapDotsAndSlashes).join(' '),
    modules: asked.modules.join(' '),
    persistent: asked.persistent.join(' '),
    options: asked.options.join(' '),
    kinds: asked.kinds.join(' '),
    ours: inEitherSpelling(asked.modules),
    named: inEitherSpelling(asked.persistent),
    wanted_options: asked.options.join('|'),
  };
  return Object.entries(variables)
    .map(([name, words]) => `${name}='${words}'\n`)
    .join('');
}

/** A regular expression without parentheses: files spell a module's name with dashes or underscores. */
function inEitherSpelling(modules: readonly string[]): string {
  return modules.map((name) => name.replaceAll('_', '[-_]')).join('|');
}
