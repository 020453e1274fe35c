import type { NodeFacts } from '../facts/facts.ts';
import { demandModule, demandSysctl } from '../facts/read.ts';
import type { AgentProfile } from './agents.ts';
import { type BootFacts, BootSysctls } from './boot-sysctls.ts';
import type { ModuleBoot } from './module-boot.ts';
import { type Need, simulateModuleBoot } from './modules.ts';
import { type Blockers, findBlockers, type Obstacle, removed } from './obstacles.ts';
import { type OwnFiles, type OwnLines, withOwnLines } from './own-lines.ts';
import type { SysctlAgentProfile } from './sysctl-agents.ts';
import { sysctlObstacle } from './sysctl-obstacle.ts';
import type { BootValue } from './sysctl-value.ts';

/** What a boot depends on of a cluster. */
export type BootProfile = AgentProfile & SysctlAgentProfile;

/**
 * What the next boot makes of a node of a cluster. Everything is simulated when it is first asked for, and once only. What was not asked of
 * the node has no lines in its files here, and would seem to be left alone: each method throws NotAsked for that.
 */
export class Boot {
  readonly facts: BootFacts;
  readonly #profile: BootProfile;
  readonly #ownFiles: OwnFiles;
  readonly #more: readonly string[];
  readonly #sysctls: BootSysctls;
  readonly #modules = new Map<string, ModuleBoot>();
  readonly #others = new Map<string, Boot | undefined>();

  /** @param more sysctls that the boot will be asked for, besides those of the facts: then all are simulated together */
  constructor(facts: BootFacts, profile: BootProfile, ownFiles: OwnFiles, more: readonly string[] = []) {
    this.facts = facts;
    this.#profile = profile;
    this.#ownFiles = ownFiles;
    this.#more = more;
    this.#sysctls = new BootSysctls(facts, profile, more, (name) => this.#simulated(name, 'listed'));
  }

  /** What a sysctl will hold, in dotted spelling; a slash stands for a dot within an interface's name. */
  sysctl(key: string): BootValue {
    demandSysctl(this.facts, key);
    return this.#sysctls.value(key);
  }

  /**
   * As `sysctl`, but of an interface that appears after everything else, as those do that a CNI makes.
   * @param made what the CNI writes to it then
   */
  lateSysctl(key: string, made?: string): BootValue {
    demandSysctl(this.facts, key);
    return this.#sysctls.value(key, true, made);
  }

  /** As `sysctl`, where the module that the sysctl comes with is loaded before the sysctls are set. */
  sysctlOnceLoaded(key: string): BootValue {
    demandSysctl(this.facts, key);
    return this.#sysctls.onceLoaded(key);
  }

  /** What `sysctl --system` makes of a sysctl on the running node. */
  reapply(key: string): BootValue {
    demandSysctl(this.facts, key);
    return this.#sysctls.reapplied(key);
  }

  /** Whether something asks for a module at the boot, by its name with underscores. */
  module(name: string): ModuleBoot {
    demandModule(this.facts, name);
    return this.#simulated(name, 'listed');
  }

  /** As `module`, of a module that something loads when it needs it, so that it only has to be possible. */
  moduleOnDemand(name: string): ModuleBoot {
    demandModule(this.facts, name);
    return this.#simulated(name, 'on demand');
  }

  #simulated(name: string, how: Need): ModuleBoot {
    const known = `${how} ${name}`;
    const found = this.#modules.get(known) ?? simulateModuleBoot(this.facts, name, this.#profile, how);
    this.#modules.set(known, found);
    return found;
  }

  /** The boot of the same node once our own files have these lines, too. */
  with(lines: OwnLines): Boot {
    return this.#once(`with ${JSON.stringify(lines)}`, () =>
      this.#other(withOwnLines(this.facts.boot, lines, this.#ownFiles)),
    );
  }

  /** The boot of the same node without these; undefined: one of them is not there. */
  without(obstacles: readonly Obstacle[]): Boot | undefined {
    if (obstacles.length === 0) return this;
    return this.#once(`without ${JSON.stringify(obstacles)}`, () => {
      let boot: NodeFacts['boot'] | undefined = this.facts.boot;
      for (const obstacle of obstacles) boot = boot && removed(boot, obstacle);
      return boot && this.#other(boot);
    });
  }

  #other(boot: NodeFacts['boot']): Boot {
    return new Boot({ ...this.facts, boot }, this.#profile, this.#ownFiles, this.#more);
  }

  #once<Other extends Boot | undefined>(which: string, make: () => Other): Other {
    if (!this.#others.has(which)) this.#others.set(which, make());
    return this.#others.get(which) as Other;
  }

  /** What has to go before the module is loaded, and whether a line of our own is needed besides. */
  blockersOfModule(name: string): Blockers {
    return findBlockers<Boot>(this, {
      withOwn: (boot) => boot.with({ modules: [name] }),
      right: (boot) => !['never', 'unknown'].includes(boot.module(name).present),
      next: (boot) => boot.module(name).stoppedBy,
    });
  }

  /**
   * What has to go before the sysctl has a value that is right, and whether a line of our own is needed besides.
   * @param line the value that our own line would give; absent: none is written
   */
  blockersOfSysctl(key: string, right: (value: string) => boolean, line?: string): Blockers {
    return findBlockers<Boot>(this, {
      withOwn: (boot) => (line === undefined ? boot : boot.with({ sysctls: [[key, line]] })),
      right(boot) {
        const value = boot.sysctl(key);
        return value.is === 'value' && right(value.value);
      },
      next: (boot) => sysctlObstacle(key, boot.sysctl(key), boot.facts),
    });
  }
}
