import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { carrierOf } from './known-modules.ts';
import type { ModuleBoot } from './module-boot.ts';
import { bootKernels } from './modules-kernel.ts';
import { isAlpineOpenrc } from './openrc.ts';
import { type SysctlAgentProfile, sysctlAgents } from './sysctl-agents.ts';
import { BootRuns, type ModulePresence } from './sysctl-boot.ts';
import { needsModule } from './sysctl-kernel.ts';
import { sysctl, usualName } from './sysctl-keys.ts';
import { reapplications } from './sysctl-reapply.ts';
import { type Universe, universeOf, universeOfNode } from './sysctl-universe.ts';
import type { BootValue } from './sysctl-value.ts';
import { oldestSystemd } from './systemd-release.ts';

/** What a boot depends on of a node. */
export type BootFacts = Pick<NodeFacts, 'asked' | 'boot' | 'kernel' | 'modules' | 'os' | 'container' | 'sysctls'>;

/** The sysctls of one boot of a node. The files are run once for all keys of the node's facts, and once more for each other key. */
export class BootSysctls {
  readonly #facts: BootFacts;
  readonly #profile: SysctlAgentProfile;
  readonly #listed: (module: string) => ModuleBoot;
  readonly #universe: Universe;
  readonly #runs: (key: string) => BootRuns;
  readonly #reapply: (key: string) => (key: string) => BootValue;
  readonly #values = new Map<string, BootValue>();

  /**
   * @param more what it will be asked for, besides what the facts have
   * @param listed what the boot's own lists make of a module, whatever may load it later
   */
  constructor(
    facts: BootFacts,
    profile: SysctlAgentProfile,
    more: readonly string[],
    listed: (module: string) => ModuleBoot,
  ) {
    this.#facts = facts;
    this.#profile = profile;
    this.#listed = listed;
    this.#universe = universeOfNode(facts.sysctls, more);
    const inputs = bootInputs(facts);
    this.#runs = this.#oncePerUniverse((universe) => new BootRuns(inputs, universe, this.#system()));
    this.#reapply = this.#oncePerUniverse((universe) => reapplications(facts.boot, universe, facts.sysctls));
  }

  /** After the boot; `late`: of an interface that appears after everything else, to which the CNI that makes it writes `made`. */
  value(name: string, late = false, made?: string): BootValue {
    return this.#once(`${late ? 'late' : 'boot'} ${made} ${name}`, () => {
      const key = usualName(name);
      return sysctl(key).of && !late && this.#isAbsentNow(key)
        ? { is: 'unknown', because: `${name} does not exist now`, others: [] }
        : this.#valueByModule(key, late, made);
    });
  }

  /** After the boot, where the module that it comes with is loaded before the sysctls are set. */
  onceLoaded(name: string): BootValue {
    return this.#once(`loaded ${name}`, () => this.#runs(usualName(name)).value(usualName(name), 'before'));
  }

  /** After `sysctl --system` on the running node. */
  reapplied(name: string): BootValue {
    return this.#once(`reapplied ${name}`, () => this.#reapply(usualName(name))(usualName(name)));
  }

  #valueByModule(key: string, late: boolean, made: string | undefined): BootValue {
    const known = sysctl(key);
    const runs = this.#runs(key);
    if (known.needs === undefined || !needsModule(known)) return runs.value(key, 'before', late, made);
    const module = this.#listed(carrierOf(known.needs, this.#facts));
    if (module.sysctlsUnclear !== undefined) return { is: 'unknown', because: module.sysctlsUnclear, others: [] };
    const presence = presenceOf(module, known.needs);
    const maybe = presence === 'after' ? module.mayBeReapplied : undefined;
    if (presence !== 'unknown' && !maybe) return runs.value(key, presence, late, made);
    // Whether the module comes at all is a finding of its own: here it matters only when.
    const [before, after] = [runs.value(key, 'before', late, made), runs.value(key, 'after', late, made)];
    if (sameValue(before, after)) return maybe ? after : before;
    if (!maybe) return runs.value(key, 'unknown', late, made);
    const because = `whether ${place(maybe)} applies the sysctl files when bridge comes is not known`;
    return { is: 'unknown', because, others: after.others };
  }

  #isAbsentNow(key: string): boolean {
    const { sysctls } = this.#facts;
    return Object.hasOwn(sysctls, key) && sysctls[key]?.is === 'absent';
  }

  #system() {
    const { kernels, unread } = bootKernels(this.#facts);
    const { boot, container, os } = this.#facts;
    const isTalos = os.id === 'talos' && !container;
    return {
      openrc: isAlpineOpenrc(this.#facts),
      // Its process 1 takes them from the machine config.
      appliesNone: isTalos,
      oldestSystemd: oldestSystemd(os),
      kernelReleases: [...kernels.map(({ release }) => release), ...unread],
      // The cluster may be of another distribution, too, by others of its nodes.
      agents: sysctlAgents(isTalos ? { ...this.#profile, distribution: 'talos' } : this.#profile, boot),
    };
  }

  /** One of the universe of the node's facts, or of a key that is not in it. */
  #oncePerUniverse<T>(make: (universe: Universe) => T): (key: string) => T {
    let own: T | undefined;
    const others = new Map<string, T>();
    return (key) => {
      if (this.#universe.sysctls.has(key)) {
        own ??= make(this.#universe);
        return own;
      }
      const made = others.get(key) ?? make(universeOf([key]));
      others.set(key, made);
      return made;
    };
  }

  #once(name: string, find: () => BootValue): BootValue {
    const value = this.#values.get(name) ?? find();
    this.#values.set(name, value);
    return value;
  }
}

/** A container engine starts a node without some of a system's units, and what they would have done the engine does. */
function bootInputs({ boot, container }: BootFacts): NodeFacts['boot'] {
  return container ? { ...boot, absentUnits: [], replacedUnits: [] } : boot;
}

function sameValue(a: BootValue, b: BootValue): boolean {
  return a.is === b.is && (a.is !== 'value' || b.is !== 'value' || a.value === b.value);
}

/**
 * When the sysctls of a module come to be. A module that is never loaded is a finding of its own: br_netfilter counts as loaded later
 * on here, so that a line that sets 0 is not hidden behind it. A udev rule that has the files applied when the module comes makes of it
 * what a module makes that is there before. Other modules may come early without being listed: something asks for them.
 */
function presenceOf({ present, source, reapplied }: ModuleBoot, name: string): ModulePresence {
  if (present === 'unknown') return 'unknown';
  if (present === 'before-sysctl') return source ? 'before' : 'builtin';
  if (reapplied) return 'before';
  if (name !== 'br_netfilter') return 'unknown';
  return present === 'some-time' ? 'unknown' : 'after';
}
