import type { Origin } from '../facts/origin.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { remembered } from '../text/remembered.ts';
import type { CommandLineWord } from './command-line.ts';
import { type Candidate, denialOf, lookup, type ModuleTree, type Step, steps } from './modprobe.ts';
import { type ModprobeConfig, normalizeName } from './modprobe-config.ts';

/** What a line of modprobe.d or a word of the command line does to one attempt to load a module. */
export type Loading =
  | { readonly is: 'loaded' }
  /** It cannot be told. */
  | { readonly is: 'maybe'; readonly because: string }
  /** Something keeps the target from being loaded; without `stoppedBy` no line does. */
  | { readonly is: 'stopped'; readonly because: string; readonly stoppedBy?: Origin }
  /** The name has nothing to do with the target. */
  | { readonly is: 'elsewhere' };

export interface Modprobe {
  readonly config: ModprobeConfig;
  readonly tree: ModuleTree;
  /** The command line's words, as the kernel reads them. */
  readonly words: readonly CommandLineWord[];
  /** Whether the program obeys install lines: that of busybox may not. */
  readonly obeysInstall: boolean;
  /** Whether the node told of a module, because it was asked for or needs one that was: then its lines in modprobe.d were read. */
  readonly asked: (module: string) => boolean;
}

/**
 * What asking for `name` means to the module `target`. `denylist`: whether whoever asks applies the blacklist to a module's own name, as
 * systemd-modules-load and `modprobe -b` do; to what an alias leads to it always applies.
 */
export function load(name: string, target: string, denylist: boolean, modprobe: Modprobe): Loading {
  const { config } = modprobe;
  const { found, ways } = waysOf(modprobe, name);
  const outcomes = ways.map(({ candidate, taken }): Loading => {
    if (!taken.some((step) => concerns(step, target))) return { is: 'elsewhere' };
    const denial = denylist || candidate.alias ? denialOf(candidate.module, config) : undefined;
    if (denial)
      return {
        is: 'stopped',
        because: `${place(denial.at)} denies ${excerpt(candidate.module)}`,
        stoppedBy: denial.at,
      };
    const outcome = follow(taken, target, modprobe);
    if (outcome.is !== 'loaded' || modprobe.asked(candidate.module)) return outcome;
    return { is: 'maybe', because: `what modprobe.d says about ${excerpt(candidate.module)} was not read` };
  });
  const best =
    outcomes.find(({ is }) => is === 'loaded') ??
    outcomes.find(({ is }) => is === 'maybe') ??
    outcomes.find(({ is }) => is === 'stopped');
  if (best?.is === 'loaded' && !found)
    return { is: 'maybe', because: `whether the module ${excerpt(name)} exists is unknown` };
  return best ?? hijacked(name, target, modprobe);
}

/** What asking for a name does, whatever it is asked for: each module that is looked into meets all names that are asked for. */
const waysOf = remembered(({ config, tree }: Modprobe, name: string) => {
  const found = lookup(name, config, tree);
  const candidates: readonly Candidate[] = found ?? [{ module: normalizeName(name) ?? name }];
  return { found, ways: candidates.map((candidate) => ({ candidate, taken: steps(candidate, config, tree) })) };
});

/** The target's own name, led elsewhere by an alias (`alias br_netfilter off`), or known to nobody. */
function hijacked(name: string, target: string, modprobe: Modprobe): Loading {
  if (normalizeName(name) !== target) return { is: 'elsewhere' };
  const [candidate] = waysOf(modprobe, name).found ?? [];
  if (!candidate?.alias) return { is: 'stopped', because: `the kernel comes without ${target}` };
  const { at } = candidate.alias;
  return {
    is: 'stopped',
    because: `${place(at)} makes ${target} an alias of ${excerpt(candidate.module)}`,
    stoppedBy: at,
  };
}

function concerns(step: Step, target: string): boolean {
  return step.module === target || (step.does === 'run' && names(step.install.command, target));
}

function names(command: string, target: string): boolean {
  return command.replaceAll('-', '_').includes(target);
}

/** Goes through the steps with the little that is known: which commands load nothing, which modules the kernel refuses. */
function follow(taken: readonly Step[], target: string, { tree, words, obeysInstall }: Modprobe): Loading {
  const absent = new Set<string>();
  const doubtful = new Set<string>();
  const reasons: Loading[] = [];
  let result: Loading | undefined;
  let doubt: string | undefined;

  const take = (step: Step, certain: boolean): Ending => {
    if (tree.builtin(step.module)) return true;
    const inserting = step.does === 'insert' || loadsItself(step.install.command, step.module);
    const ending = inserting ? inserts(step.module) : runs(step);
    if (step.module !== target || !inserting || ending === false) return ending;
    if (certain && ending) result = { is: 'loaded' };
    else result ??= { is: 'maybe', because: doubt ?? `what ${target} needs is not known` };
    return ending;
  };

  const runs = ({ module, install }: Extract<Step, { does: 'run' }>): Ending => {
    const ending = endingOf(install.command);
    const because = `${place(install.at)} runs "${excerpt(install.command, 120)}" instead of loading ${excerpt(module)}`;
    if (ending !== undefined && obeysInstall) {
      absent.add(module);
      reasons.push({ is: 'stopped', because, stoppedBy: install.at });
      return ending;
    }
    doubtful.add(module);
    doubt ??= because;
    reasons.push({ is: 'maybe', because });
    if (module === target || names(install.command, target)) result ??= { is: 'maybe', because };
    return undefined;
  };

  const inserts = (module: string): Ending => {
    const word = refusal(module, words);
    const needs = tree.dependencies(module);
    if (word !== undefined) {
      absent.add(module);
      reasons.push({
        is: 'stopped',
        because: `the kernel refuses ${module}: ${excerpt(word)} on its command line`,
        stoppedBy: { commandLine: word },
      });
      return false;
    }
    if (needs === null || needs?.some((other) => absent.has(other))) {
      absent.add(module);
      return false;
    }
    return needs?.some((other) => doubtful.has(other)) ? undefined : true;
  };

  attempt(taken, take);
  if (result) return result;
  return (
    reasons.find(({ is }) => is === 'stopped') ??
    reasons[0] ?? { is: 'stopped', because: `modprobe fails before it reaches ${target}` }
  );
}

/** How a step ends: true: well, false: with an error, undefined: that cannot be told. */
export type Ending = boolean | undefined;

/**
 * Goes through the steps as libkmod does: it stops at the first required one that ends with an error, and takes no notice of
 * how a soft dependency ends. `take` is called for each step that gets its turn and tells how it ends; `certain` is false once an
 * earlier step could have been the last. Returns how the whole attempt ends.
 */
export function attempt(steps: readonly Step[], take: (step: Step, certain: boolean) => Ending): Ending {
  let certain = true;
  for (const step of steps) {
    const ending = take(step, certain);
    if (!step.required) continue;
    if (ending === false) return certain ? false : undefined;
    if (ending === undefined) certain = false;
  }
  return certain ? true : undefined;
}

// Behind these modprobe loads nothing: the first group reports success, the second failure.
const LOADS_NOTHING = /^\s*(?:\/(?:usr\/)?(?:s?bin)\/)?(?:(true|:)|(false|nologin))?(?:\s+[\w./-]*)*\s*(?:#.*)?$/;

/** How a command that loads nothing ends; undefined for every other command: it may load anything. */
function endingOf(command: string): Ending {
  const [all, succeeds, fails] = LOADS_NOTHING.exec(command) ?? [];
  if (all === undefined) return command.trim() === '/dev/null' ? false : undefined;
  if (fails !== undefined) return false;
  return succeeds !== undefined || command.trim() === '' || command.trim().startsWith('#') ? true : undefined;
}

/**
 * A command by which a module is loaded after all, install lines left aside: firewalld's packages have one, which then applies sysctl files. Whatever
 * else may stand there makes it one that cannot be told.
 */
function loadsItself(command: string, module: string): boolean {
  const [first = '', ...then] = command.split(/\s*(?:&&|;)\s*/);
  const [program = '', ...words] = first.trim().split(/\s+/);
  const names = words.filter((word) => !/^(?:-i|-q|--quiet|--ignore-install|\$CMDLINE_OPTS)$/.test(word));
  return (
    /^(?:\/(?:usr\/)?s?bin\/)?modprobe$/.test(program) &&
    words.some((word) => word === '-i' || word === '--ignore-install') &&
    names.length === 1 &&
    normalizeName(names[0] ?? '') === module &&
    then.every((one) => /^(?:\/(?:usr\/)?s?bin\/)?sysctl (?:[\w.'*[\]=-]+ ?)+$/.test(one))
  );
}

/**
 * The word by which the kernel refuses a module. Of several only the last counts, and it wants the module's name as the kernel
 * has it, with underscores; its own parameter's name may be spelled with a dash.
 */
function refusal(module: string, words: readonly CommandLineWord[]): string | undefined {
  const last = words.findLast(({ key }) => key.replaceAll('-', '_') === 'module_blacklist');
  return last?.value?.split(',').includes(module) ? `${last.key}=${last.value}` : undefined;
}
