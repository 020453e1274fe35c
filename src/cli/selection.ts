import type { Selection } from '../cluster/select.ts';
import { UsageError } from '../errors.ts';
import type { KubectlFlagValues } from './flags.ts';

/** Flags about a cluster, which --local asks nothing. */
const OF_A_CLUSTER = ['kubeconfig', 'context', 'cluster', 'user', 'namespace', 'server', 'token', 'as'] as const;

/** Flags that choose what a command works on. */
export interface SelectionFlagValues extends Pick<KubectlFlagValues, (typeof OF_A_CLUSTER)[number]> {
  selector?: string | undefined;
  'all-nodes': boolean;
  local: boolean;
}

/**
 * NODE…, --selector, --all-nodes and --local are four answers to one question.
 * @param words the command line without its flags
 * @returns undefined: none was given
 * @throws UsageError for more than one of them
 */
export function selectionOf(words: readonly string[], flags: SelectionFlagValues): Selection | undefined {
  const unknownFlag = words.find((word) => word.startsWith('-'));
  if (unknownFlag !== undefined) throw new UsageError(`unknown flag: ${unknownFlag}`);
  if (words.length > 0 && flags.selector !== undefined) {
    throw new UsageError('cannot specify both a node name and a --selector option');
  }
  const given = [words.length > 0 && 'node names', flags.selector !== undefined && '--selector'];
  const answers = [...given, flags['all-nodes'] && '--all-nodes', flags.local && '--local'].filter(Boolean);
  if (answers.length > 1) throw new UsageError(`cannot specify both ${answers[0]} and ${answers[1]}`);
  const elsewhere = flags.local && OF_A_CLUSTER.find((name) => flags[name] !== undefined);
  if (elsewhere) throw new UsageError(`cannot specify both --local and --${elsewhere}: --local asks no cluster`);
  if (words.length > 0) return { names: words.map(nodeName) };
  if (flags.selector !== undefined) return { selector: flags.selector };
  return answers.length > 0 ? 'all' : undefined;
}

/**
 * A node's name, also as kubectl writes it: node/NAME.
 * @throws UsageError for the name of something else, and for several in one word
 */
function nodeName(word: string): string {
  if (word.includes(',')) throw new UsageError(`node names are separated by blanks, not by commas: ${word}`);
  const [, kind, name] = /^([a-z][\w.-]*)\/(.*)$/is.exec(word) ?? [];
  if (kind === undefined || name === undefined) return word;
  if (/^(node|nodes|no)$/i.test(kind)) return name;
  throw new UsageError(`only nodes can be named, and ${word} is none: NODE or node/NODE`);
}

/**
 * The same for a command that changes what it works on, and so wants to be told.
 * @throws UsageError when nothing was chosen, also by a selector that is empty: to the API server that means every node, to whoever typed
 * `-l "$LABELS"` that the variable was not set
 */
export function explicitSelection(words: readonly string[], flags: SelectionFlagValues): Selection {
  const selection = selectionOf(words, flags);
  if (flags.selector?.trim() === '') {
    throw new UsageError('--selector is empty, which would select every node: --all-nodes says so');
  }
  if (selection === undefined) throw new UsageError('no node was named: NODE..., --selector, --all-nodes or --local');
  return selection;
}
