import type { Selection } from '../cluster/select.ts';
import { UsageError } from '../errors.ts';
import type { KubectlFlagValues } from './flags.ts';

/** Flags about a cluster, which --local and --root do not use. */
const OF_A_CLUSTER = ['kubeconfig', 'context', 'cluster', 'user', 'namespace', 'server', 'token', 'as'] as const;

/** Flags that choose what a command works on. */
export interface SelectionFlagValues extends Pick<KubectlFlagValues, (typeof OF_A_CLUSTER)[number]> {
  selector?: string | undefined;
  'all-nodes': boolean;
  local: boolean;
  root?: string | undefined;
  output?: string;
}

/**
 * What the command works on: NODE…, --selector, --all-nodes, --local or --root.
 * @param words the command line without its flags
 * @returns undefined: none of these was given
 * @throws UsageError for more than one of them
 */
export function selectionOf(words: readonly string[], flags: SelectionFlagValues): Selection | undefined {
  const unknownFlag = words.find((word) => word.startsWith('-'));
  if (unknownFlag !== undefined) throw new UsageError(`unknown flag: ${unknownFlag}`);
  if (words.length > 0 && flags.selector !== undefined) {
    throw new UsageError('cannot specify both a node name and a --selector option');
  }
  const given = [words.length > 0 && 'node names', flags.selector !== undefined && '--selector'];
  const answers = [...given, flags['all-nodes'] && '--all-nodes', withoutCluster(flags)].filter(Boolean);
  if (answers.length > 1) throw new UsageError(`cannot specify both ${answers[0]} and ${answers[1]}`);
  const alone = withoutCluster(flags);
  const elsewhere = alone && OF_A_CLUSTER.find((name) => flags[name] !== undefined);
  if (elsewhere) throw new UsageError(`cannot specify both ${alone} and --${elsewhere}: ${alone} asks no cluster`);
  // What -o name prints is handed on to kubectl, and an image's directory is no name there.
  if (alone === '--root' && flags.output === 'name') {
    throw new UsageError(
      'cannot specify both --root and -o name: an image is not a node; use the exit code, or -o json',
    );
  }
  if (words.length > 0) return { names: words.map(nodeName) };
  if (flags.selector !== undefined) return { selector: flags.selector };
  return answers.length > 0 ? 'all' : undefined;
}

/** The flag that excludes a cluster; undefined: a cluster is used. */
export function withoutCluster({ local, root }: Pick<SelectionFlagValues, 'local' | 'root'>): string | undefined {
  if (root === '') throw new UsageError('--root is empty: it needs the root directory of an image');
  if (local && root !== undefined) throw new UsageError('cannot specify both --local and --root');
  return local ? '--local' : root === undefined ? undefined : '--root';
}

/**
 * A node's name, also in kubectl's form node/NAME.
 * @throws UsageError for the name of another kind of object, and for several names in one word
 */
function nodeName(word: string): string {
  if (word.trim() === '') throw new UsageError('a node name is empty: is a variable not set?');
  if (word.includes(',')) throw new UsageError(`node names are separated by blanks, not by commas: ${word}`);
  const [, kind, name] = /^([a-z][\w.-]*)\/(.*)$/is.exec(word) ?? [];
  if (kind === undefined || name === undefined) return word;
  if (/^(node|nodes|no)$/i.test(kind)) return name;
  throw new UsageError(`${word} is not a node: write NODE or node/NODE`);
}

/**
 * The same for a command that changes nodes, which must be chosen.
 * @throws UsageError if nothing was chosen, also by an empty selector: to the API server it means every node, but a user who typed
 * `-l "$LABELS"` has an unset variable
 */
export function explicitSelection(words: readonly string[], flags: SelectionFlagValues): Selection {
  const selection = selectionOf(words, flags);
  if (flags.selector?.trim() === '') {
    throw new UsageError('--selector is empty, which selects every node: use --all-nodes for that');
  }
  if (selection === undefined)
    throw new UsageError('say which nodes: NODE..., --selector, --all-nodes, --local or --root');
  return selection;
}
