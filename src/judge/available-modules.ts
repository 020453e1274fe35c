import { findDenial, type ModuleDenial } from '../boot/module-denial.ts';
import { bootKernels } from '../boot/modules-kernel.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { readModule } from '../facts/read.ts';
import type { Action } from '../systems/action.ts';
import { excerpt } from '../text/excerpt.ts';
import { ofOuterHost } from './boot-result.ts';
import type { Cause, ModuleState, State } from './finding.ts';
import { requestOfModules } from './module-request.ts';
import { configured, type Inactivity, moduleState, whyInactive } from './module-state.ts';
import type { NodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';
import { clearWayFor } from './remedy.ts';
import type { BootResult, NowResult, Requirement } from './rule.ts';
import { sourceAt } from './source.ts';

export interface AvailableModules {
  /** Which of the modules a node needs; all of them by default. `has`: whether the kernel has one, the running one or that of the next boot. */
  readonly among?: (profile: ClusterProfile, facts: NodeFacts, has: (name: string) => boolean) => readonly string[];
  /**
   * Those of them that are asked for by their own name, which no deny list stops (a scheduler of IPVS). The others are asked for by an
   * alias, which it does stop.
   */
  readonly byName?: readonly string[];
}

/**
 * Modules that must be available: built in, loaded, or on disk and not denied. Something loads them as soon as it needs them, so that
 * none has to be loaded now.
 */
export function availableModules(names: readonly string[], options: AvailableModules = {}): Requirement {
  const { among = () => names, byName = [] } = options;
  const denialOf: DenialOf = (name, { facts }) => {
    const denial = findDenial(facts, name);
    return denial && denial.stops !== 'everybody' && byName.includes(name) ? undefined : denial;
  };
  return {
    reads: requestOfModules(names, false),
    now: (node) => {
      const { profile, facts } = node;
      const stands = among(profile, facts, hasNow(facts)).map((name) => stand(name, node, denialOf));
      return judgeNow(stands, node);
    },
    atBoot: (node) => judgeBoot(among(node.profile, node.facts, hasAtBoot(node.facts)), node, denialOf),
    explain: {
      now: [
        `Read: whether ${options.among ? `the modules that the cluster needs, among ${list(names)},` : list(names)} ${names.length === 1 ? 'is' : 'are'} built in, ` +
          'loaded, or on disk for the running kernel, and not denied. ' +
          'None has to be loaded: the program that needs one loads it.',
      ],
      boot: [
        'The same check for the kernel that the next boot will start, and for what modprobe.d and the kernel command line deny.',
      ],
      causes: [
        { cause: 'not-shipped', helps: 'install the package that has the module for exactly the running kernel' },
        { cause: 'kernel-mismatch', helps: 'reboot into the installed kernel' },
        { cause: 'deny-listed', helps: 'remove the line that the report names' },
        { cause: 'loading-disabled', helps: 'reboot without `kernel.modules_disabled=1`, or use another kernel' },
      ],
    },
  };
}

const hasNow = (facts: NodeFacts) => (name: string) =>
  ['loaded', 'built-in', 'on-disk'].includes(moduleState(name, facts, false));

/** Of the kernel that most likely boots: an image has no running one. */
function hasAtBoot(facts: NodeFacts): (name: string) => boolean {
  const [{ modules } = facts] = bootKernels(facts).kernels;
  if (modules === facts.modules) return hasNow(facts);
  return (name) => modules[name]?.builtin === true || typeof modules[name]?.file === 'string';
}

/** What keeps a module from being loaded when something needs it. */
type DenialOf = (name: string, node: NodeContext) => ModuleDenial | undefined;

/** Where one module stands, and why it is not available. */
interface Stand {
  name: string;
  state: ModuleState;
  verdict: 'pass' | 'fail' | 'unknown';
  why?: string;
  cause?: Cause;
  denial?: ModuleDenial;
  inactivity?: Inactivity;
}

function stand(name: string, node: NodeContext, denialOf: DenialOf): Stand {
  const { facts } = node;
  // A directory in /sys/module says that the module is there, though no list may name it.
  const { inSysfs } = readModule(facts, name);
  const state = moduleState(name, facts, inSysfs === true);
  if (inSysfs || state === 'loaded' || state === 'built-in') return { name, state, verdict: 'pass' };
  // A container shows the modules of its outer host only where that lets it.
  if (facts.container && state !== 'on-disk') {
    const why = `this node is a container (${excerpt(facts.container)}), which need not show what its outer host has`;
    return { name, state, verdict: 'unknown', why, cause: 'container-node' };
  }
  const denial = denialOf(name, node);
  if (denial && mustBeLoaded(name, state, facts)) {
    return { name, state, verdict: 'fail', why: denial.because, cause: 'deny-listed', denial };
  }
  const inactivity = whyInactive(name, facts);
  const { cause, why } = inactivity;
  if (state === 'on-disk' && cause === 'not-loaded') return { name, state, verdict: 'pass' };
  const known = state === 'not-shipped' || mustBeLoaded(name, state, facts);
  return known && cause !== 'undetermined'
    ? { name, state, verdict: 'fail', why, cause, inactivity }
    : { name, state, verdict: 'unknown', why: whyUnknown(name, why, cause), cause: 'undetermined' };
}

/** Whether it is no part of the kernel itself: what is built in needs no file, and nothing denies it. */
function mustBeLoaded(name: string, state: ModuleState, facts: NodeFacts): boolean {
  return state === 'on-disk' || configured(name, facts) === 'm';
}

function whyUnknown(name: string, why: string, cause: Cause): string {
  return cause === 'undetermined' ? why : `whether ${name} is built in is not known; if not: ${why}`;
}

function judgeNow(stands: readonly Stand[], node: NodeContext): NowResult {
  const missing = stands.filter(({ verdict }) => verdict === 'fail');
  const unknown = stands.filter(({ verdict }) => verdict === 'unknown');
  const [first] = [...missing, ...unknown];
  const [only, ...others] = stands;
  const module = only && others.length === 0 ? { module: { name: only.name, state: only.state } } : {};
  if (!first) {
    const message = stands.length === 0 ? 'no module is needed' : `${namesOf(stands)} ${are(stands)} available`;
    return { now: { verdict: 'pass', expected: 'available', actual: 'available' }, ...module, message, remedy: [] };
  }
  const affected = missing.length > 0 ? missing : unknown;
  const state: State = {
    verdict: missing.length > 0 ? 'fail' : 'unknown',
    expected: 'available',
    actual: missing.length > 0 ? `absent: ${namesOf(missing)}` : null,
    ...(first.cause && { cause: first.cause }),
    ...(first.denial && { source: sourceAt(first.denial.at) }),
  };
  return {
    now: state,
    ...module,
    message:
      missing.length > 0
        ? `${namesOf(missing)} ${are(missing)} not available`
        : `whether ${namesOf(unknown)} ${are(unknown)} available is not known`,
    ...(first.why !== undefined && { why: first.why }),
    remedy: affected.flatMap((one) => remedyOf(one, node)),
  };
}

function remedyOf({ name, denial, inactivity }: Stand, node: NodeContext): Action[] {
  if (denial) return removeObstacles([denial.at], node.facts);
  return inactivity ? clearWayFor(name, node, inactivity) : [];
}

function judgeBoot(names: readonly string[], node: NodeContext, denialOf: DenialOf): BootResult {
  const boots = names.map((name) => {
    const denial = denialOf(name, node);
    const { present, because, stoppedBy } = node.boot.moduleOnDemand(name);
    const builtIn = present === 'before-sysctl';
    if (denial && !builtIn && present !== 'unknown') {
      return { name, verdict: 'fail' as const, why: denial.because, at: denial.at };
    }
    const verdict = present === 'never' ? ('fail' as const) : present === 'unknown' ? ('unknown' as const) : undefined;
    return { name, verdict, why: because, at: stoppedBy && !('unit' in stoppedBy) ? stoppedBy : undefined };
  });
  const worst = boots.find(({ verdict }) => verdict === 'fail') ?? boots.find(({ verdict }) => verdict === 'unknown');
  if (!worst?.verdict) return { boot: { verdict: 'pass', expected: 'available', actual: 'available' }, remedy: [] };
  if (worst.verdict === 'unknown' && node.facts.container) return ofOuterHost('available');
  const same = boots.filter(({ verdict }) => verdict === worst.verdict);
  const fails = worst.verdict === 'fail';
  const obstacle = fails
    ? removeObstacles(
        same.flatMap(({ at }) => at ?? []),
        node.facts,
      )
    : [];
  return {
    boot: {
      verdict: worst.verdict,
      expected: 'available',
      actual: fails ? `absent: ${namesOf(same)}` : null,
      cause: fails ? (worst.at ? 'deny-listed' : 'not-shipped') : 'undetermined',
      ...(worst.at && { source: sourceAt(worst.at) }),
    },
    message: fails
      ? `${namesOf(same)} will not be available after a reboot`
      : `whether ${namesOf(same)} will be available after a reboot is not known`,
    why: worst.why,
    obstacle,
    remedy: obstacle,
  };
}

const are = (some: readonly unknown[]) => (some.length === 1 ? 'is' : 'are');

function namesOf(some: readonly { name: string }[]): string {
  return excerpt(some.map(({ name }) => name).join(', '), 160);
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
