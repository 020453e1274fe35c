import type { BootInputs } from '../collect/facts.ts';
import { combinations, type Option } from './possibilities.ts';
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
  /** A udev rule runs systemd-sysctl for net/bridge as soon as br_netfilter is loaded. */
  bridgeReapplied?: boolean;
  /** Process 1 is not systemd because the node is an OpenRC system. */
  openrc?: boolean;
  /** Release of the kernel that will boot. */
  kernelRelease?: string;
  /** Programs that set sysctls each time they start, in the order in which they do. */
  agents?: readonly AgentSettings[];
}

/** What one run of the simulation takes for granted. */
interface World {
  brNetfilter: Exclude<ModulePresence, 'unknown'>;
  /** What applies the files; 'none': nothing does. */
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
    service: services(inputs, line, context),
    kernelKnowsSysctls: sysctlParameters(line, context.kernelRelease),
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

function services(inputs: BootInputs, line: CommandLine | undefined, context: BootContext): Option<World['service']>[] {
  if (context.openrc) {
    return [{ is: "Alpine's OpenRC", assuming: "if Alpine's sysctl service applies the files" }, ...PROCPS_RELEASES];
  }
  if (inputs.init !== 'systemd') return [{ is: 'unknown', assuming: '' }];
  const running: Option<World['service']>[] = [
    { is: 'systemd-sysctl', assuming: 'if systemd is 252 or newer' },
    { is: 'systemd-sysctl before 252', assuming: 'if systemd is older than 252' },
  ];
  const none: Option<World['service']> = { is: 'none', assuming: 'if systemd-sysctl.service is masked' };
  if ([...(inputs.maskedUnits ?? []), ...(line?.maskedUnits ?? [])].includes('systemd-sysctl.service')) return [none];
  return inputs.maskedUnits && line ? running : [...running, none];
}

/** The kernel takes sysctls from its command line since 5.8; some vendors' older kernels may do so too. */
function sysctlParameters(line: CommandLine | undefined, release: string | undefined): Option<boolean>[] {
  const [major = 0, minor = 0] = (release ?? '').split('.').map(Number);
  const knows = { is: true, assuming: 'if the kernel takes sysctls from its command line' };
  if (!line?.settings.length || major > 5 || (major === 5 && minor >= 8)) return [knows];
  return [knows, { is: false, assuming: 'if the kernel takes none from its command line' }];
}

function boot(inputs: BootInputs, line: CommandLine | undefined, context: BootContext, world: World): Outcome {
  const { brNetfilter, service, kernelKnowsSysctls } = world;
  const reapplied = context.bridgeReapplied && brNetfilter === 'after';
  // Nothing outside of net/bridge depends on it, so that it does not matter whether both are applied together.
  const late = brNetfilter === 'after' && !(reapplied && service.startsWith('systemd'));
  const kernel = kernelAtStart(line, brNetfilter === 'builtin', kernelKnowsSysctls);
  if (brNetfilter === 'before' || (reapplied && !late)) loadBrNetfilter(kernel);
  const outcome = runService(kernel, service, inputs);
  if (late) loadBrNetfilter(kernel, reapplied ? 'a udev rule applies the files, and the service does not' : undefined);
  for (const { agent, enables } of context.agents ?? []) {
    // What is on already does not need the agent: the file that set it decides.
    const off = enables.filter((key) => kernel.get(key)?.value !== '1');
    for (const key of off) write(kernel, sysctl(key).paths[0], '1', { agent });
  }
  return outcome;
}

function runService(kernel: Kernel, service: World['service'], { init, sysctl: files }: BootInputs): Outcome {
  if (service !== 'none' && service !== 'unknown') return run(service, kernel, files);
  if (service === 'unknown') {
    forget(kernel, init === undefined ? 'process 1 was not read' : `what ${init} does with sysctl files is not known`);
  }
  return runNone(kernel, files);
}
