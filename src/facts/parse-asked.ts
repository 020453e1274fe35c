import { complete, record, type Sections, words } from './parse-records.ts';
import { type FactsRequest, isFactKind, isModuleName, isOption, REQUEST_LIMITS } from './request.ts';
import { isSysctlKey } from './request-keys.ts';
import { swapDotsAndSlashes } from './sysctl-name.ts';

/**
 * What the probe says that it was asked for, merged; undefined: it does not say all of it. Words that no request holds are left out,
 * and so is what is more than one may hold.
 */
export function echoedRequest(sections: Sections): FactsRequest | undefined {
  if (!complete(sections, 'q')) return undefined;
  const lists = ['v', 'g', 'm', 'b', 'o', 'k'].map((word) => record(sections, 'q', word));
  const [keys, patterns, modules, persistent, options, kinds] = lists.map((text) =>
    text === undefined ? text : words(text),
  );
  if (!keys || !patterns || !modules || !persistent || !options || !kinds) return undefined;
  const sysctls = [...keys, ...patterns].map(swapDotsAndSlashes);
  return {
    sysctls: chosen(sysctls, isSysctlKey, REQUEST_LIMITS.sysctls),
    modules: chosen(modules, isModuleName, REQUEST_LIMITS.modules),
    persistent: chosen(persistent, isModuleName, REQUEST_LIMITS.persistent),
    options: chosen(options, isOption, REQUEST_LIMITS.options),
    kinds: [...new Set(kinds.filter(isFactKind))].sort(),
  };
}

function chosen(list: readonly string[], valid: (word: string) => boolean, limit: number): string[] {
  return [...new Set(list.filter(valid))].sort().slice(0, limit);
}
