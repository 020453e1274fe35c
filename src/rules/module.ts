import type { NodeFacts } from '../collect/facts.ts';
import { effectiveFiles } from './config-files.ts';
import { type Denial, findDenial, sameModule } from './deny-list.ts';
import { excerpt, place } from './excerpt.ts';
import type { Cause, ModuleState, State } from './rule.ts';

/** The modules that the rules look at, with the kernel's configuration option for each. */
export const MODULES = {
  br_netfilter: 'CONFIG_BRIDGE_NETFILTER',
  nf_conntrack: 'CONFIG_NF_CONNTRACK',
} as const;
export type ModuleName = keyof typeof MODULES;

/** The sysctl that exists only while the module is at work. */
export const SHOWN_BY = {
  br_netfilter: 'net.bridge.bridge-nf-call-iptables',
  nf_conntrack: 'net.netfilter.nf_conntrack_max',
} as const satisfies Readonly<Record<ModuleName, string>>;

/** Why a module is not at work, for the message and for choosing the remedy. */
export interface Inactivity {
  cause: Cause;
  why: string;
  source?: NonNullable<State['source']>;
  denial?: Denial;
}

/**
 * Where a module stands. `active` comes from the functional path and outweighs every list: a module that works without
 * being in /proc/modules is built in, though no list may name it.
 */
export function moduleState(name: ModuleName, facts: NodeFacts, active: boolean): ModuleState {
  const { loaded, builtin, file } = facts.modules[name] ?? {};
  if (loaded) return 'loaded';
  if (builtin || facts.kernel.config[MODULES[name]] === 'y') return 'built-in';
  if (active) return loaded === false || facts.kernel.loadable === false ? 'built-in' : 'unknown';
  if (typeof file === 'string') return 'on-disk';
  return isNotShipped(name, facts) ? 'not-shipped' : 'unknown';
}

/**
 * Why a module whose functional path does not exist is not active. The order matters: what stands in the way of every later remedy
 * comes first, so that the first thing a person is told to do is the one that helps.
 */
export function whyInactive(name: ModuleName, facts: NodeFacts): Inactivity {
  const { kernel } = facts;
  const release = excerpt(kernel.release ?? 'the running kernel');
  const state = moduleState(name, facts, false);
  if (facts.container) {
    const why = `this node is a container (${excerpt(facts.container)}): its outer host loads ${name}`;
    return { cause: 'container-node', why };
  }
  if (state === 'loaded' || state === 'built-in') {
    const why = `${name} is ${state}, yet not in this network namespace (kernels before 5.3 show it in one only)`;
    return { cause: 'undetermined', why };
  }
  if (kernel.loadable === false) {
    return { cause: 'loading-disabled', why: `kernel ${release} loads no modules, and ${name} is not built in` };
  }
  if (state === 'not-shipped') return { cause: 'not-shipped', why: `kernel ${release} comes without ${name}` };
  if (kernel.modulesDirectory === false && kernel.installed && kernel.installed.length > 0) {
    const others = excerpt(kernel.installed.join(', '));
    return { cause: 'kernel-mismatch', why: `kernel ${release} is running, but /lib/modules only has ${others}` };
  }
  return blocked(name, facts) ?? idle(name, facts, release);
}

/** Looked in the running kernel's modules, and it is in no list; or the kernel was configured without it. */
function isNotShipped(name: ModuleName, { kernel, modules }: NodeFacts): boolean {
  const { file, builtin } = modules[name] ?? {};
  const configured = kernel.config[MODULES[name]];
  return configured === 'n' || (kernel.modulesDirectory === true && file === null && builtin === false);
}

function blocked(name: ModuleName, facts: NodeFacts): Inactivity | undefined {
  const { modulesDisabled } = facts.kernel;
  if (modulesDisabled?.is === 'value' && modulesDisabled.value.trim() === '1') {
    return { cause: 'loading-disabled', why: 'kernel.modules_disabled is 1: nothing can be loaded until a reboot' };
  }
  const denial = findDenial(name, facts);
  if (!denial || (denial.stops === 'boot' && !listedForBoot(name, facts))) return undefined;
  const source = { file: denial.file, ...(denial.line !== undefined && { line: denial.line }) };
  return { cause: 'deny-listed', why: `${place(source)} denies it: ${excerpt(denial.text)}`, source, denial };
}

function idle(name: ModuleName, facts: NodeFacts, release: string): Inactivity {
  const file = facts.modules[name]?.file;
  if (typeof file === 'string') {
    const denial = findDenial(name, facts);
    const why = `${name} is on disk (kernel ${release}) but not loaded`;
    if (!denial) return { cause: 'not-loaded', why };
    return { cause: 'not-loaded', why: `${why}; ${place(denial)} also keeps it from loading at boot`, denial };
  }
  const missing = facts.kernel.modulesDirectory === false ? `/lib/modules/${release} does not exist` : undefined;
  return { cause: 'undetermined', why: missing ?? `the modules of kernel ${release} could not be read` };
}

function listedForBoot(name: string, facts: NodeFacts): boolean {
  return effectiveFiles(facts.boot.modulesLoad ?? []).some(({ lines }) =>
    lines.some(({ text }) => sameModule(text.trim(), name)),
  );
}
