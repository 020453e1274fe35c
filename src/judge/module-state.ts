import { carrierOf, knownModule } from '../boot/known-modules.ts';
import { findDenial, type ModuleDenial } from '../boot/module-denial.ts';
import type { KernelFacts, NodeFacts } from '../facts/facts.ts';
import { readModule } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Cause, ModuleState, State } from './finding.ts';
import { sourceAt } from './source.ts';

/** Why a module is not active, for the message and for choosing the remedy. */
export interface Inactivity {
  cause: Cause;
  why: string;
  source?: NonNullable<State['source']>;
  denial?: ModuleDenial;
  /** The module that has to be loaded in its stead. */
  instead?: string;
}

/**
 * Where a module stands. `active` comes from the functional path and outweighs every list: a module that works without
 * being in /proc/modules is built in, though no list may name it.
 */
export function moduleState(name: string, facts: NodeFacts, active: boolean): ModuleState {
  const { loaded, builtin, file } = readModule(facts, name);
  if (loaded) return 'loaded';
  if (builtin || configured(name, facts) === 'y') return 'built-in';
  if (active) return loaded === false || facts.kernel.loadable === false ? 'built-in' : 'unknown';
  if (typeof file === 'string') return 'on-disk';
  return isNotShipped(name, facts) ? 'not-shipped' : 'unknown';
}

/**
 * Why a module whose functional path does not exist is not active. The order matters: what stands in the way of every later remedy
 * comes first, so that the first thing a person is told to do is the one that helps.
 */
export function whyInactive(name: string, facts: NodeFacts): Inactivity {
  const { kernel } = facts;
  const release = excerpt(kernel.release ?? 'the running kernel');
  const state = moduleState(name, facts, false);
  if (facts.container && state !== 'loaded') {
    const why = `this node is a container (${excerpt(facts.container)}): its outer host loads ${name}`;
    return { cause: 'container-node', why };
  }
  if (state === 'loaded' || state === 'built-in') {
    const why = `${name} is ${state}, but does not show in this network namespace (kernels before 5.3 show it in one only)`;
    return { cause: 'undetermined', why };
  }
  if (kernel.loadable === false) {
    return { cause: 'loading-disabled', why: `kernel ${release} loads no modules, and ${name} is not built in` };
  }
  const instead = carrierOf(name, facts);
  const carrier = readModule(facts, instead);
  if (instead !== name && typeof carrier.file === 'string' && carrier.loaded === false) {
    const why = `before Linux 3.18 bridge netfilter is a part of the module ${instead}, which is not loaded (kernel ${release})`;
    return { cause: 'not-loaded', why, instead };
  }
  if (state === 'not-shipped') return { cause: 'not-shipped', why: `kernel ${release} comes without ${name}` };
  return replaced(kernel, release) ?? blocked(name, facts) ?? idle(name, facts, release);
}

/** Another kernel was installed in the running one's place, whose modules are gone: a package leaves at most an empty directory. */
function replaced(
  { modulesDirectory, moduleList, installed = [], ...kernel }: KernelFacts,
  release: string,
): Inactivity | undefined {
  const others = installed.filter((name) => name !== kernel.release);
  if (others.length === 0 || (modulesDirectory !== false && moduleList !== false)) return undefined;
  const gap = modulesDirectory === false ? 'only has' : `has no modules.dep for it, only modules of`;
  return {
    cause: 'kernel-mismatch',
    why: `kernel ${release} is running, but /lib/modules ${gap} ${excerpt(others.join(', '))}`,
  };
}

/** Looked in the running kernel's modules, and it is in no list; or the kernel was configured without it. */
function isNotShipped(name: string, facts: NodeFacts): boolean {
  const { kernel } = facts;
  const { file, builtin } = readModule(facts, name);
  return configured(name, facts) === 'n' || (kernel.modulesDirectory === true && file === null && builtin === false);
}

function blocked(name: string, facts: NodeFacts): Inactivity | undefined {
  const { modulesDisabled } = facts.kernel;
  if (modulesDisabled?.is === 'value' && modulesDisabled.value.trim() === '1') {
    return { cause: 'loading-disabled', why: 'kernel.modules_disabled is 1: nothing can be loaded until a reboot' };
  }
  const denial = findDenial(facts, name);
  if (!denial || denial.stops === 'deny-list') return undefined;
  return { cause: 'deny-listed', why: denial.because, source: sourceAt(denial.at), denial };
}

function idle(name: string, facts: NodeFacts, release: string): Inactivity {
  const file = readModule(facts, name).file;
  if (typeof file === 'string') {
    const denial = findDenial(facts, name);
    const why = `${name} is on disk (kernel ${release}) but not loaded`;
    if (!denial) return { cause: 'not-loaded', why };
    return { cause: 'not-loaded', why: `${why}; ${denial.because} to services that load modules at boot`, denial };
  }
  const { modulesDirectory, moduleList } = facts.kernel;
  const directory = `/lib/modules/${release}`;
  if (modulesDirectory === false) return { cause: 'undetermined', why: `${directory} does not exist` };
  if (moduleList === false) return { cause: 'undetermined', why: `${directory} has no modules.dep` };
  return { cause: 'undetermined', why: `the modules of kernel ${release} could not be read` };
}

/** What the kernel's configuration says of the module's option: `y`, `m` or `n`; undefined: not known. */
export function configured(name: string, { kernel }: NodeFacts): string | undefined {
  const option = knownModule(name)?.option;
  return option === undefined ? undefined : kernel.config[option];
}
