import type { NodeEvidence } from './evidence.ts';

const ANNOTATIONS = ['k3s.io/node-args', 'rke2.io/node-args'];

/** A command line, such as that of one k3s or RKE2. */
export interface NodeArguments {
  /** All values of an option, as --name=value or --name value. */
  values(option: string): string[];
  /** Whether a switch is on: alone, or followed by anything but false (a configuration file's value comes as a word of its own). */
  isSet(option: string): boolean;
}

/**
 * The command lines of k3s or RKE2, one for each node, as they annotate them (JSON arrays of strings, with what their configuration
 * files say included). undefined: no node has such an annotation.
 */
export function nodeArguments(nodes: readonly NodeEvidence[]): NodeArguments[] | undefined {
  // A kubelet may annotate its own node: only a node that is k3s or RKE2 by its version is believed.
  const own = nodes.filter(({ system }) => /\+(k3s|rke2)/.test(system.kubelet));
  const texts = new Set(own.flatMap(({ annotations }) => ANNOTATIONS.map((name) => annotations[name] ?? '')));
  const lists = [...texts].flatMap((text) => {
    const list = parseStrings(text);
    return list ? [argumentsOf(list)] : [];
  });
  return lists.length === 0 ? undefined : lists;
}

/** Reads a command line by its words. */
export function argumentsOf(words: readonly string[]): NodeArguments {
  const values = (option: string) =>
    words.flatMap((word, index) => {
      if (word === option) return [words[index + 1] ?? ''];
      return word.startsWith(`${option}=`) ? [word.slice(option.length + 1)] : [];
    });
  return { values, isSet: (option) => values(option).some((value) => value !== 'false') };
}

function parseStrings(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : undefined;
  } catch {
    return undefined;
  }
}
