import type { BootInputs } from '../facts/facts.ts';
import { inRunlevel } from './openrc.ts';
import { serviceState } from './service.ts';
import type { AgentSettings } from './sysctl-agents.ts';
import { type CommandLine, readCommandLine } from './sysctl-command-line.ts';
import type { ProgramName } from './sysctl-programs.ts';
import { PROCPS_RELEASES } from './sysctl-reapply.ts';
import type { Option } from './sysctl-value.ts';

/** What the simulation needs to know besides the node's files. */
export interface BootSystem {
  /** Process 1 is not systemd because the node is an Alpine system, with OpenRC. */
  openrc?: boolean;
  /** The system keeps its settings elsewhere, and applies no sysctl files. */
  appliesNone?: boolean;
  /** The oldest release of systemd that the node may have; absent: any. */
  oldestSystemd?: number;
  /** Releases of the kernels that may boot. */
  kernelReleases?: readonly string[];
  /** Programs that set sysctls each time they start, in the order in which they do. */
  agents?: readonly AgentSettings[];
}

/** What one run of the simulation takes for granted. */
export interface World {
  /** What applies the files; 'none': nothing does; 'unknown': something that may do anything. */
  service: ProgramName | 'none' | 'unknown';
  kernelKnowsSysctls: boolean;
}

/** Every way in which a node may apply its sysctl files. */
export function worldsOf(inputs: BootInputs, system: BootSystem): { world: World; assuming: readonly string[] }[] {
  const line = inputs.commandLine === undefined ? undefined : readCommandLine(inputs.commandLine);
  return services(inputs, system).flatMap((service) =>
    sysctlParameters(line, system.kernelReleases ?? []).map((parameters) => ({
      world: { service: service.is, kernelKnowsSysctls: parameters.is },
      assuming: [service.assuming, parameters.assuming],
    })),
  );
}

const NONE: Option<World['service']> = { is: 'none', assuming: 'if nothing applies the files' };

function services(inputs: BootInputs, system: BootSystem): Option<World['service']>[] {
  if (system.appliesNone) return [{ ...NONE, assuming: '' }];
  if (system.openrc) {
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
  const releases = SYSTEMD_RELEASES.filter(({ before }) => (system.oldestSystemd ?? 0) < before);
  return state.is === 'unread' ? [...releases, { ...NONE, assuming: `if ${SERVICE} is masked` }] : [...releases];
}

const SERVICE = 'systemd-sysctl.service';

/** The releases of systemd that read files differently, each with the release that no longer does. */
const SYSTEMD_RELEASES = [
  { is: 'systemd-sysctl', before: Number.POSITIVE_INFINITY, assuming: 'if systemd is 252 or newer' },
  { is: 'systemd-sysctl before 252', before: 252, assuming: 'if systemd is older than 252' },
  { is: 'systemd-sysctl before 245', before: 245, assuming: 'if systemd is older than 245' },
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

/** Why it is not known what applies the files. */
export function whyUnknown(inputs: BootInputs): string {
  if (inputs.init === undefined) return 'process 1 was not read';
  const state = serviceState(SERVICE, inputs);
  return inputs.init === 'systemd' && state.is === 'changed'
    ? state.because
    : `process 1 is ${inputs.init}, neither systemd nor Alpine's OpenRC: which sysctl files it applies is unknown`;
}
