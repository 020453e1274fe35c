import type { BootInputs, NodeFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { Kernel } from './sysctl-kernel.ts';
import { type ProgramName, run } from './sysctl-programs.ts';
import type { Universe } from './sysctl-universe.ts';
import { type BootValue, type Option, settle, valueIn } from './sysctl-value.ts';

/** The releases of procps that read files differently. */
export const PROCPS_RELEASES = [
  { is: 'newest procps', assuming: 'if procps is newer than 4.0.2' },
  { is: 'procps 4.0', assuming: 'if procps is 4.0' },
  { is: 'procps 3.3.17', assuming: 'if procps is 3.3.17' },
  { is: "Ubuntu 22.04's procps", assuming: 'if procps is that of Ubuntu 22.04' },
  { is: 'procps before 3.3.17', assuming: 'if procps is older than 3.3.17' },
] as const satisfies readonly Option<ProgramName>[];

const FOLLOWING = [
  { is: false, assuming: 'if the interface has an address' },
  { is: true, assuming: 'if the interface has no address' },
] as const satisfies readonly Option<boolean>[];

/** What `sysctl --system` makes of any sysctl of the universe, by its usual name. Each of its releases is run once, when it is needed. */
export function reapplications(
  inputs: BootInputs,
  universe: Universe,
  now: NodeFacts['sysctls'],
): (key: string) => BootValue {
  const once = ({ is: follow }: Option<boolean>) => {
    let runs: { assuming: string; run: ReturnType<typeof run> }[] | undefined;
    return () => {
      runs ??= PROCPS_RELEASES.map(({ is, assuming }) => ({
        assuming,
        run: run(is, runningKernel(universe, now, follow), inputs.sysctl),
      }));
      return runs;
    };
  };
  const ways = FOLLOWING.map((option) => ({ assuming: option.assuming, runs: once(option) }));
  return (key) => {
    // Only to a sysctl of an interface does it matter whether it follows conf.default.
    const needed = universe.sysctls.get(key)?.of ? ways : ways.slice(0, 1);
    return settle(
      needed.flatMap((way) =>
        way.runs().map((one) => ({ assuming: [one.assuming, way.assuming], value: valueIn(one.run, key) })),
      ),
    );
  };
}

/**
 * The sysctls as they are. One that could not be read is there, as far as is known, with a value that is not known.
 * @param follow whether interfaces take what is written to conf.default
 */
export function runningKernel(universe: Universe, now: NodeFacts['sysctls'], follow = false): Kernel {
  const kernel = new Kernel(universe);
  for (const [key, { paths, of }] of universe.sysctls) {
    const read = (name: string) => (Object.hasOwn(now, name) ? now[name] : undefined);
    const reading = read(key) ?? paths.map((path) => read(swapDotsAndSlashes(path))).find((one) => one);
    if (reading?.is === 'value') kernel.set(key, { value: reading.value, source: { unchanged: true } });
    else if (reading?.is !== 'absent') kernel.set(key, { value: undefined, because: `${key} could not be read` });
    if (follow && of && kernel.has(key)) kernel.following.add(key);
  }
  return kernel;
}
