import type { NodeFacts } from '../facts/facts.ts';
import type { AgentProfile } from './agents.ts';
import { BootSysctls } from './boot-sysctls.ts';
import type { ModuleBoot } from './module-boot.ts';
import { moduleObstacle } from './module-obstacle.ts';
import { simulateModuleBoot } from './modules.ts';
import { appended, type Blockers, findBlockers, type Obstacle, removed, type Search } from './obstacles.ts';
import type { SysctlAgentProfile } from './sysctl-agents.ts';
import { sysctlObstacle } from './sysctl-obstacle.ts';
import type { BootValue } from './sysctl-value.ts';

/** What the next boot makes of a node. Everything is simulated when it is first asked for, and once only. */
export interface Boot {
  /** What a sysctl will hold, in dotted spelling; a slash stands for a dot within an interface's name. */
  sysctl(key: string): BootValue;
  /** As `sysctl`, but of an interface that appears after everything else, as those do that a CNI makes. */
  lateSysctl(key: string): BootValue;
  /** As `sysctl`, where the module that the sysctl comes with is loaded before the sysctls are set. */
  sysctlOnceLoaded(key: string): BootValue;
  /** What `sysctl --system` makes of a sysctl on the running node. */
  reapply(key: string): BootValue;
  /** Whether something loads a module at the boot, by its name with underscores. */
  module(name: string): ModuleBoot;
  /** As `module`, of a module that something loads when it needs it, so that it only has to be possible. */
  moduleOnDemand(name: string): ModuleBoot;
  /** The boot of the same node once our own files have these lines, too. */
  with(lines: OwnLines): Boot;
  /** The boot of the same node without these; undefined: one of them is not there. */
  without(obstacles: readonly Obstacle[]): Boot | undefined;
  /** What has to go before the module is loaded, and whether a line of our own is needed besides. */
  blockersOfModule(name: string): Blockers;
  /**
   * What has to go before the sysctl has a value that is right, and whether a line of our own is needed besides.
   * @param line the value that our own line would give; absent: none is written
   */
  blockersOfSysctl(key: string, right: (value: string) => boolean, line?: string): Blockers;
}

/** Lines to add to our own files. */
export interface OwnLines {
  sysctls?: readonly (readonly [key: string, value: string])[];
  modules?: readonly string[];
}

/** The paths of our own files on the node. */
export interface OwnFiles {
  sysctl: string;
  modules: string;
}

/** The next boot of a node of a cluster. */
export function bootOf(facts: NodeFacts, profile: AgentProfile & SysctlAgentProfile, ownFiles: OwnFiles): Boot {
  return new NodeBoot(facts, profile, ownFiles);
}

/** What is loaded when it is needed: a packet filter or kube-proxy asks for it. */
const ON_DEMAND = new Set(['nf_conntrack']);

class NodeBoot implements Boot {
  readonly #facts: NodeFacts;
  readonly #profile: AgentProfile & SysctlAgentProfile;
  readonly #ownFiles: OwnFiles;
  readonly #sysctls: BootSysctls;
  readonly #listed = new Map<string, ModuleBoot>();
  readonly #onDemand = new Map<string, ModuleBoot>();

  constructor(facts: NodeFacts, profile: AgentProfile & SysctlAgentProfile, ownFiles: OwnFiles) {
    this.#facts = facts;
    this.#profile = profile;
    this.#ownFiles = ownFiles;
    this.#sysctls = new BootSysctls(facts, profile, (name) => this.#simulated(name, 'listed'));
  }

  sysctl(key: string): BootValue {
    return this.#sysctls.value(key);
  }

  lateSysctl(key: string): BootValue {
    return this.#sysctls.value(key, true);
  }

  sysctlOnceLoaded(key: string): BootValue {
    return this.#sysctls.onceLoaded(key);
  }

  reapply(key: string): BootValue {
    return this.#sysctls.reapplied(key);
  }

  module(name: string): ModuleBoot {
    return this.#simulated(name, ON_DEMAND.has(name) ? 'on demand' : 'listed');
  }

  moduleOnDemand(name: string): ModuleBoot {
    return this.#simulated(name, 'on demand');
  }

  #simulated(name: string, how: 'listed' | 'on demand'): ModuleBoot {
    const known = how === 'listed' ? this.#listed : this.#onDemand;
    const found = known.get(name) ?? simulateModuleBoot(this.#facts, name, this.#profile, how);
    known.set(name, found);
    return found;
  }

  with({ sysctls = [], modules = [] }: OwnLines): NodeBoot {
    const { boot } = this.#facts;
    const own = this.#ownFiles;
    return this.#other({
      ...boot,
      ...(sysctls.length > 0 && {
        sysctl: sysctls.reduce<typeof boot.sysctl>(
          (files, [key, value]) => appended(files, own.sysctl, `${key} = ${value}`),
          boot.sysctl,
        ),
      }),
      ...(modules.length > 0 && {
        modulesLoad: modules.reduce<typeof boot.modulesLoad>(
          (files, name) => appended(files, own.modules, name),
          boot.modulesLoad,
        ),
      }),
    });
  }

  without(obstacles: readonly Obstacle[]): NodeBoot | undefined {
    let boot: NodeFacts['boot'] | undefined = this.#facts.boot;
    for (const obstacle of obstacles) boot = boot && removed(boot, obstacle);
    return boot && this.#other(boot);
  }

  #other(boot: NodeFacts['boot']): NodeBoot {
    return new NodeBoot({ ...this.#facts, boot }, this.#profile, this.#ownFiles);
  }

  blockersOfModule(name: string): Blockers {
    return this.#blockers({
      withOwn: (boot) => boot.with({ modules: [name] }),
      right: (boot) => !['never', 'unknown'].includes(boot.module(name).present),
      next: (boot) => moduleObstacle(boot.module(name), boot.#facts.boot),
    });
  }

  blockersOfSysctl(key: string, right: (value: string) => boolean, line?: string): Blockers {
    return this.#blockers({
      withOwn: (boot) => (line === undefined ? boot : boot.with({ sysctls: [[key, line]] })),
      right(boot) {
        const value = boot.sysctl(key);
        return value.is === 'value' && right(value.value);
      },
      next: (boot) => sysctlObstacle(key, boot.sysctl(key), boot.#facts),
    });
  }

  #blockers(search: Omit<Search<NodeBoot>, 'without'>): Blockers {
    return findBlockers<NodeBoot>(this, { ...search, without: (boot, obstacles) => boot.without(obstacles) });
  }
}
