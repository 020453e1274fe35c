import type { BootInputs } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { type CommandLine, kernelAtStart, readCommandLine } from './sysctl-command-line.ts';
import { ARRIVALS, type Arrival, interfaceOf, LATE, type Made } from './sysctl-interfaces.ts';
import { addInterfaces, forget, loadModules, needsModule, write } from './sysctl-kernel.ts';
import { usualName } from './sysctl-keys.ts';
import type { Setting } from './sysctl-lines.ts';
import { type Later, laterOptions } from './sysctl-order.ts';
import { run, runNone } from './sysctl-programs.ts';
import type { Universe } from './sysctl-universe.ts';
import { type BootValue, type Option, type Run, settle, valueIn } from './sysctl-value.ts';
import { type BootSystem, type World, whyUnknown, worldsOf } from './sysctl-worlds.ts';
import { carryOut, type SysctlWrite, sysctlWrites } from './sysctl-writes.ts';

/** When the module of a sysctl comes into the booting kernel, measured by the service that sets the sysctls. */
export type ModulePresence = 'builtin' | 'before' | 'after' | 'never' | 'unknown';

type Presence = Exclude<ModulePresence, 'unknown'>;

/** All runs of one node's boot, each made once, when it is needed; each follows all sysctls of the universe. */
export class BootRuns {
  readonly #inputs: BootInputs;
  readonly #universe: Universe;
  readonly #system: BootSystem;
  readonly #line: CommandLine | undefined;
  readonly #worlds: ReturnType<typeof worldsOf>;
  readonly #later: readonly Option<Later>[];
  readonly #made = new Map<string, readonly { assuming: readonly string[]; run: Run }[]>();

  constructor(inputs: BootInputs, universe: Universe, system: BootSystem) {
    this.#inputs = inputs;
    this.#universe = universe;
    this.#system = system;
    this.#line = inputs.commandLine === undefined ? undefined : readCommandLine(inputs.commandLine);
    this.#worlds = worldsOf(inputs, system);
    this.#later = laterOptions(sysctlWrites(inputs), (system.agents ?? []).length > 0);
  }

  /**
   * The value of a sysctl, by its usual name.
   * @param presence when the module comes that it needs, if it needs one
   * @param late of an interface that appears after everything else
   * @param made what the CNI that makes it writes to it
   */
  value(key: string, presence: ModulePresence, late = false, made?: string): BootValue {
    const known = this.#universe.sysctls.get(key);
    const presences = known && needsModule(known) ? presencesOf(presence, `${known.needs}`) : INDIFFERENT;
    const written = made === undefined ? undefined : { key, value: made };
    const arrivals = known?.of ? this.#arrivals(late, written) : INDIFFERENT_ARRIVAL;
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
  #arrivals(late: boolean, made: Made | undefined): readonly Option<Arrival>[] {
    const arrivals = late
      ? LATE.map(({ is, assuming }) => ({ is: { ...is, ...(made && { made }) }, assuming }))
      : ARRIVALS;
    const off = this.#inputs.init === 'systemd' && this.#worlds.some(({ world }) => world.service === 'none');
    if (!off) return arrivals;
    const again = arrivals.map(({ is, assuming }) => ({
      is: { ...is, evenIfOff: true as const },
      assuming: `${assuming} if udev applies the files to interfaces`.trim(),
    }));
    return [...arrivals, ...again];
  }

  #runs(presence: Presence, arrival: Arrival) {
    const name = `${presence} ${arrival.comes} ${arrival.follows} ${arrival.first} ${arrival.evenIfOff} ${arrival.made?.key} ${arrival.made?.value}`;
    const made =
      this.#made.get(name) ??
      this.#worlds.flatMap(({ assuming, world }) =>
        this.#later.map((later) => ({
          assuming: [...assuming, later.assuming],
          run: this.#run(presence, arrival, world, later.is),
        })),
      );
    this.#made.set(name, made);
    return made;
  }

  #run(presence: Presence, arrival: Arrival, world: World, writes: Later): Run {
    const kernel = kernelAtStart(this.#universe, this.#line, presence === 'builtin', world.kernelKnowsSysctls);
    const { comes, follows = false, first, made } = arrival;
    const { sysctl: files } = this.#inputs;
    const carriedOut: Setting[] = [];
    const carry = (some: readonly SysctlWrite[]) => {
      for (const write of some) carriedOut.push(...carryOut(write, kernel, files));
    };
    const program = comes === 'never' ? undefined : udevRuns(world, arrival);
    const again = () => program && run(program, kernel, files, isOfInterface);
    if (comes === 'before') addInterfaces(kernel, follows);
    if (presence === 'before') loadModules(kernel);
    if (first) again();
    carry(writes.early);
    const result = this.#service(kernel, world);
    if (comes === 'after') addInterfaces(kernel, false);
    let later = first || comes === 'last' ? undefined : again();
    if (presence === 'after') loadModules(kernel);
    carry(writes.beforeAgents);
    for (const { agent, enables } of this.#system.agents ?? []) {
      // What is on already does not need the agent: the file that set it decides.
      const off = enables.filter((key) => kernel.get(usualName(key))?.value !== '1');
      for (const key of off) write(kernel, swapDotsAndSlashes(key), '1', { agent });
    }
    carry(writes.afterAgents);
    if (comes === 'last') {
      addInterfaces(kernel, false);
      if (made) write(kernel, swapDotsAndSlashes(made.key), made.value, { agent: 'the CNI' });
      later = again();
      carry(Object.values(writes).flatMap((some) => some.filter(({ ofLinks }: SysctlWrite) => ofLinks)));
    }
    if (later) result.losses.add(later.losses);
    return { ...result, settings: [...result.settings, ...carriedOut] };
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
