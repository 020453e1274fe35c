import { type FactsRequest, mergeRequests } from '../facts/request.ts';
import { isPattern } from '../facts/request-keys.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';

/**
 * A request as the lines of a shell script that stand in front of the probe: one variable each, in single quotes. Throws for what
 * cannot be asked; mergeRequests lets no word pass that has a quote in it.
 */
export function requestLines(request: FactsRequest): string {
  const { sysctls, owned = [], ...words } = mergeRequests([request]);
  const spelled = (some: readonly string[]) => some.map(swapDotsAndSlashes);
  const [keys, patterns] = [sysctls.filter((key) => !isPattern(key)), sysctls.filter(isPattern)].map(spelled);
  return Object.entries({ keys, patterns, ...words, owned })
    .map(([name, list = []]) => `${name}='${list.join(' ')}'\n`)
    .join('');
}
