import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { type Advice, run } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';

/** What a node's next boot lacks: modules, and sysctls with the values that they are to have. */
export interface Lacking {
  readonly modules: readonly string[];
  readonly sysctls: readonly { readonly key: string; readonly to: string }[];
}

/** A kind of operating system: how it is recognised, and how its settings are kept over a boot. Each is one file of this folder. */
export interface System {
  /** As code names it. */
  readonly id: string;
  /** As people know it, with the distributions that are of this kind. */
  readonly title: string;
  /** Whether a node runs it. Systems are asked in the order of index.ts. */
  is(facts: NodeFacts, profile: ClusterProfile): boolean;
  /** Why fix writes no file of it, as a clause; undefined: its files may be written, and last. */
  filesNotWritten(facts: NodeFacts): string | undefined;
  /** A person may edit files of others on the node; elsewhere something would write them again. */
  readonly editable: boolean;
  /** Its kernels come in packages, and modules may come in packages of their own. */
  readonly packaged: boolean;
  /** What to type, or to do, for each kind of action. */
  loadModule(module: string): Advice[];
  keepModule(module: string): Advice[];
  setSysctl(key: string, to: string): Advice[];
  keepSysctl(key: string, to: string): Advice[];
  /** A sentence and a document to paste where this system keeps its settings, for all that is lacking at once. */
  document?(lacking: Lacking, facts: NodeFacts): Advice[];
}

/** What most systems type for the running kernel. */
export const AT_ONCE: Pick<System, 'loadModule' | 'setSysctl'> = {
  loadModule: (module) => [run(`modprobe ${shellWord(module)}`)],
  // The name of an interface in it is the node's word, and may have any character but a slash and a blank.
  setSysctl: (key, to) => [run(`sysctl -w ${shellWord(`${key}=${to}`)}`)],
};

/** An operating system whose os-release has one of these IDs. */
export function hasId(...ids: readonly string[]): System['is'] {
  return ({ os }) => os.id !== undefined && ids.includes(os.id);
}
