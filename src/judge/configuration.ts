import type { ConfigFile, NodeFacts } from '../facts/facts.ts';
import { readFiles } from '../facts/read.ts';
import type { Action } from '../systems/action.ts';
import { run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { shellWord } from '../text/shell-word.ts';
import type { State } from './finding.ts';
import type { NodeContext } from './node-context.ts';
import { unknown } from './result.ts';
import type { NowResult, Requirement } from './rule.ts';

/** What the files of a program's configuration come to. */
export interface Configured {
  readonly right: boolean;
  readonly actual: string;
  /** The line that decided it; absent: the program's default does. */
  readonly at?: { readonly file: string; readonly line: number } | undefined;
  readonly message: string;
  /** Only said where it is not right. */
  readonly why?: string;
  /** What a person does about it, where it is not right. */
  readonly remedy: readonly Action[];
}

/**
 * A program's configuration must be so. What it says now holds for the next boot, too, so that nothing is said of that.
 * @param files what is read, as a request names it
 * @param judge what the files that there are come to; it is asked only when all were read
 */
export function configuration(
  files: readonly string[],
  expected: string,
  judge: (files: readonly ConfigFile[], node: NodeContext) => Configured,
): Requirement {
  return {
    reads: { files },
    now: (node) => {
      const read = configurationFiles(files, node.facts);
      const unread = read.find(({ kind, truncated }) => kind === 'unreadable' || truncated);
      if (!unread) return known(judge(read, node), expected);
      const message = `${excerpt(unread.path, 128)} was not read to its end`;
      return unknown(expected, message, [run(`cat ${shellWord(unread.path)}`)]);
    },
    explain: { now: [], boot: ['Not judged: the next boot reads the same files.'], causes: [] },
  };
}

/** The files of these paths of a request; one that stands for all of a path, unreadable, where they were not read. */
export function configurationFiles(paths: readonly string[], facts: NodeFacts): ConfigFile[] {
  return paths.flatMap((path) => {
    const files = readFiles(facts, path);
    return files === 'unread' ? [{ path: path.replace(/#.*/, ''), kind: 'unreadable' as const, lines: [] }] : files;
  });
}

function known({ right, actual, at, message, why, remedy }: Configured, expected: string): NowResult {
  const source = at ? { source: at } : {};
  const now: State = right
    ? { verdict: 'pass', expected, actual, ...source }
    : { verdict: 'fail', expected, actual, cause: at ? 'value' : 'unset', ...source };
  return { now, message, ...(!right && why !== undefined && { why }), remedy: right ? [] : remedy };
}
