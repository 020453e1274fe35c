import type { BootInputs } from '../facts/facts.ts';
import { inRunlevel } from './openrc.ts';
import { combinations, type Option } from './possibilities.ts';
import { serviceState } from './service.ts';
import type { AgentSettings } from './sysctl-agents.ts';
import { type CommandLine, kernelAtStart, readCommandLine } from './sysctl-command-line.ts';
import { forget, type Kernel, loadBrNetfilter, write } from './sysctl-kernel.ts';
import { type SysctlKey, sysctl } from './sysctl-keys.ts';
import { type ProgramName, run, runNone } from './sysctl-programs.ts';
import { PROCPS_RELEASES } from './sysctl-reapply.ts';
import { type BootValue, type Outcome, settleAll } from './sysctl-value.ts';

/** When br_netfilter comes into the booting kernel, measured by the service that sets the sysctls. */
export type ModulePresence = 'builtin' | 'before' | 'after' | 'never' | 'unknown';

/** What the simulation needs to know besides the node's files. */
export interface BootContext {
  brNetfilter: ModulePresence;
  /** Process 1 is not systemd because the node is an Alpine system, with OpenRC. */
  openrc?: boolean;
  /** The oldest release of systemd that the node may have; absent: any. */
  oldestSystemd?: number;
  /** Releases of the kernels that may boot. */
  kernelReleases?: readonly string[];
  /** Programs that set sysctls each time they start, in the order in which they do. */
  agents?: readonly AgentSettings[];
}

/** What one run of the simulation takes for granted. */
interface World {
  brNetfilter: Exclude<ModulePresence, 'unknown'>;
  /** What applies the files; 'none': nothing does; 'unknown': something that may do anything. */
  service: ProgramName | 'none' | 'unknown';
  kernelKnowsSysctls: boolean;
}

/**
 * Which value the next boot gives each of these sysctls, and what decides. Where something is not known it goes through all
 * that is possible, and the value is unknown unless that makes no difference.
 */
export function simulateSysctlBoot<K extends SysctlKey>(
  inputs: BootInputs,
  keys: readonly K[],
  context: BootContext,
): Readonly<Record<K, BootValue>> {
  const line = inputs.commandLine === undefined ? undefined : readCommandLine(inputs.commandLine);
  const worlds = combinations<World>({
    brNetfilter: presences(context.brNetfilter),
    service: services(inputs, context),
    kernelKnowsSysctls: sysctlParameters(line, context.kernelReleases ?? []),
  });
  const runs = worlds.map(({ assuming, world }) => ({ assuming, outcome: boot(inputs, line, context, world) }));
  return settleAll(keys, runs);
}

function presences(presence: ModulePresence): Option<World['brNetfilter']>[] {
  if (presence !== 'unknown') return [{ is: presence, assuming: '' }];
  return [
    { is: 'before', assuming: 'if br_netfilter is loaded before sysctls are set' },
    { is: 'after', assuming: 'if br_netfilter is loaded after sysctls are set' },
    { is: 'never', assuming: 'if br_netfilter is not loaded' },
  ];
}

const NONE: Option<World['service']> = { is: 'none', assuming: 'if nothing applies the files' };

function services(inputs: BootInputs, context: BootContext): Option<World['service']>[] {
  if (context.openrc) {
    const alpine = [
      { is: "Alpine's OpenRC", assuming: "if Alpine's sysctl service applies the files" },
      ...PROCPS_RELEASES,
    ] as const;
    const runs = inRunlevel(inputs, 'sysctl');
    return runs === false ? [NONE] : runs ? [...alpine] : [...alpine, NONE];
  }
  if (inputs.init !== 'systemd') return [{ is: 'unknown', assuming: '' }];
  const state = serviceState(SERVICE, inputs);
  if (state.is === 'off') return [NONE];
  if (state.is === 'changed') return [{ is: 'unknown', assuming: '' }];
  const releases = SYSTEMD_RELEASES.filter(({ before }) => (context.oldestSystemd ?? 0) < before);
  return state.is === 'unread' ? [...releases, { ...NONE, assuming: `if ${SERVICE} is masked` }] : [...releases];
}

const SERVICE = 'systemd-sysctl.service';

/** The releases of systemd that read files differently, each with the release that no longer does. */
const SYSTEMD_RELEASES = [
  { is: 'systemd-sysctl', before: Number.POSITIVE_INFINITY, assuming: 'if systemd is 252 or newer' },
  { is: 'systemd-sysctl before 252', before: 252, assuming: 'if systemd is older than 252' },
  { is: 'systemd-sysctl before 246', before: 246, assuming: 'if systemd is older than 246' },
  { is: 'systemd-sysctl before 240', before: 240, assuming: 'if systemd is older than 240' },
] as const satisfies readonly (Option<ProgramName> & { before: number })[];

/** The kernel takes sysctls from its command line since 5.8; some vendors' older kernels may do so too. */
function sysctlParameters(line: CommandLine | undefined, releases: readonly string[]): Option<boolean>[] {
  const knows = { is: true, assuming: 'if the kernel takes sysctls from its command line' };
  const all =
    releases.length > 0 &&
    releases.every((release) => {
      const [major = 0, minor = 0] = release.split('.').map(Number);
      return major > 5 || (major === 5 && minor >= 8);
    });
  return !line?.settings.length || all
    ? [knows]
    : [knows, { is: false, assuming: 'if the kernel takes none from its command line' }];
}

function boot(inputs: BootInputs, line: CommandLine | undefined, context: BootContext, world: World): Outcome {
  const { brNetfilter, service, kernelKnowsSysctls } = world;
  const kernel = kernelAtStart(line, brNetfilter === 'builtin', kernelKnowsSysctls);
  if (brNetfilter === 'before') loadBrNetfilter(kernel);
  const outcome = runService(kernel, service, inputs);
  if (brNetfilter === 'after') loadBrNetfilter(kernel);
  for (const { agent, enables } of context.agents ?? []) {
    // What is on already does not need the agent: the file that set it decides.
    const off = enables.filter((key) => kernel.get(key)?.value !== '1');
    for (const key of off) write(kernel, sysctl(key).paths[0], '1', { agent });
  }
  return outcome;
}

function runService(kernel: Kernel, service: World['service'], inputs: BootInputs): Outcome {
  const { sysctl: files } = inputs;
  if (service !== 'none' && service !== 'unknown') return run(service, kernel, files);
  if (service === 'unknown') forget(kernel, whyUnknown(inputs));
  return runNone(kernel, files);
}

function whyUnknown(inputs: BootInputs): string {
  if (inputs.init === undefined) return 'process 1 was not read';
  const state = serviceState(SERVICE, inputs);
  return inputs.init === 'systemd' && state.is === 'changed'
    ? state.because
    : `process 1 is ${inputs.init}, neither systemd nor Alpine's OpenRC: what it does with sysctl files is not known`;
}
