import type { BootInputs } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import type { Option } from './possibilities.ts';
import { type CommandLine, kernelAtStart, readCommandLine } from './sysctl-command-line.ts';
import { ARRIVALS, type Arrival, interfaceOf, LATE } from './sysctl-interfaces.ts';
import { addInterfaces, forget, loadModules, needsModule, write } from './sysctl-kernel.ts';
import { usualName } from './sysctl-keys.ts';
import { run, runNone } from './sysctl-programs.ts';
import { type Universe, universeOf } from './sysctl-universe.ts';
import { type BootValue, type Run, settle, valueIn } from './sysctl-value.ts';
import { type BootSystem, type World, whyUnknown, worldsOf } from './sysctl-worlds.ts';

/** When the module of a sysctl comes into the booting kernel, measured by the service that sets the sysctls. */
export type ModulePresence = 'builtin' | 'before' | 'after' | 'never' | 'unknown';

type Presence = Exclude<ModulePresence, 'unknown'>;

/** As BootSystem; and when br_netfilter comes, or whichever module a sysctl comes with. */
export interface BootContext extends BootSystem {
  brNetfilter: ModulePresence;
}

/**
 * Which value the next boot gives a sysctl, and what decides. Where something is not known it goes through all that is
 * possible, and the value is unknown unless that makes no difference.
 */
export function simulateSysctlBoot(
  inputs: BootInputs,
  key: string,
  { brNetfilter, ...system }: BootContext,
): BootValue {
  return new BootRuns(inputs, universeOf([key]), system).value(usualName(key), brNetfilter);
}

/** All runs of one node's boot, each made once, when it is needed; each follows all sysctls of the universe. */
export class BootRuns {
  readonly #inputs: BootInputs;
  readonly #universe: Universe;
  readonly #system: BootSystem;
  readonly #line: CommandLine | undefined;
  readonly #worlds: ReturnType<typeof worldsOf>;
  readonly #made = new Map<string, readonly { assuming: readonly string[]; run: Run }[]>();

  constructor(inputs: BootInputs, universe: Universe, system: BootSystem) {
    this.#inputs = inputs;
    this.#universe = universe;
    this.#system = system;
    this.#line = inputs.commandLine === undefined ? undefined : readCommandLine(inputs.commandLine);
    this.#worlds = worldsOf(inputs, system);
  }

  /**
   * The value of a sysctl, by its usual name.
   * @param presence when the module comes that it needs, if it needs one
   * @param late of an interface that appears after everything else
   */
  value(key: string, presence: ModulePresence, late = false): BootValue {
    const known = this.#universe.sysctls.get(key);
    const presences = known && needsModule(known) ? presencesOf(presence, `${known.needs}`) : INDIFFERENT;
    const arrivals = known?.of ? this.#arrivals(late) : INDIFFERENT_ARRIVAL;
    return settle(
      presences.flatMap((module) =>
        arrivals.flatMap((arrival) =>
          this.#runs(module.is, arrival.is).map((one) => ({
            assuming: [module.assuming, ...one.assuming, arrival.assuming],
            value: valueIn(one.run, key),
          })),
        ),
      ),
    );
  }

  /** A switched-off service does not keep udev's rule from running the program itself. */
  #arrivals(late: boolean): readonly Option<Arrival>[] {
    const arrivals = late ? LATE : ARRIVALS;
    const off = this.#inputs.init === 'systemd' && this.#worlds.some(({ world }) => world.service === 'none');
    if (!off) return arrivals;
    const again = arrivals.map(({ is, assuming }) => ({
      is: { ...is, evenIfOff: true as const },
      assuming: `${assuming} if udev applies the files to interfaces`.trim(),
    }));
    return [...arrivals, ...again];
  }

  #runs(presence: Presence, arrival: Arrival) {
    const name = `${presence} ${arrival.comes} ${arrival.follows} ${arrival.first} ${arrival.evenIfOff}`;
    const made =
      this.#made.get(name) ??
      this.#worlds.map(({ assuming, world }) => ({ assuming, run: this.#run(presence, arrival, world) }));
    this.#made.set(name, made);
    return made;
  }

  #run(presence: Presence, arrival: Arrival, world: World): Run {
    const kernel = kernelAtStart(this.#universe, this.#line, presence === 'builtin', world.kernelKnowsSysctls);
    const { comes, follows = false, first } = arrival;
    const program = comes === 'never' ? undefined : udevRuns(world, arrival);
    const again = () => program && run(program, kernel, this.#inputs.sysctl, isOfInterface);
    if (comes === 'before') addInterfaces(kernel, follows);
    if (presence === 'before') loadModules(kernel);
    if (first) again();
    const result = this.#service(kernel, world);
    if (comes === 'after') addInterfaces(kernel, false);
    let later = first || comes === 'last' ? undefined : again();
    if (presence === 'after') loadModules(kernel);
    for (const { agent, enables } of this.#system.agents ?? []) {
      // What is on already does not need the agent: the file that set it decides.
      const off = enables.filter((key) => kernel.get(usualName(key))?.value !== '1');
      for (const key of off) write(kernel, swapDotsAndSlashes(key), '1', { agent });
    }
    if (comes === 'last') {
      addInterfaces(kernel, false);
      later = again();
    }
    if (later) result.losses.add(later.losses);
    return result;
  }

  #service(kernel: Run['kernel'], { service }: World): Run {
    const { sysctl: files } = this.#inputs;
    if (service !== 'none' && service !== 'unknown') return run(service, kernel, files);
    if (service === 'unknown') forget(kernel, whyUnknown(this.#inputs));
    return runNone(kernel, files);
  }
}

const INDIFFERENT: readonly Option<Presence>[] = [{ is: 'before', assuming: '' }];
const INDIFFERENT_ARRIVAL: readonly Option<Arrival>[] = [{ is: { comes: 'never' }, assuming: '' }];

function presencesOf(presence: ModulePresence, module: string): readonly Option<Presence>[] {
  if (presence !== 'unknown') return [{ is: presence, assuming: '' }];
  return [
    { is: 'before', assuming: `if ${module} is loaded before sysctls are set` },
    { is: 'after', assuming: `if ${module} is loaded after sysctls are set` },
    { is: 'never', assuming: `if ${module} is not loaded` },
  ];
}

/** What udev's rule 99-systemd.rules runs for each interface that appears; only systemd comes with it. */
function udevRuns({ service }: World, { evenIfOff }: Arrival) {
  if (service === 'none') return evenIfOff && 'systemd-sysctl';
  return service.startsWith('systemd-sysctl') && service !== 'unknown' ? service : undefined;
}

/** The rule leaves out the loopback. */
function isOfInterface(path: string): boolean {
  const of = interfaceOf(path);
  return of !== undefined && of.name !== 'lo';
}
