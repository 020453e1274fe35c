import type { ClusterProfile } from '../cluster/profile.ts';
import { cniAtStart } from '../cnis/lookup.ts';
import { distributionOf } from '../distributions/lookup.ts';
import type { BootInputs, ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { basename } from './config-directories.ts';
import { udevRules } from './udev-rules.ts';
import { agentsOfUnits } from './unit-agents.ts';
import { unitFile } from './unit-files.ts';
import type { UnitLoads } from './unit-modules.ts';

/** What of the cluster tells which agents run on its nodes. */
export type AgentProfile = Pick<ClusterProfile, 'distribution' | 'cni' | 'cniUnconfirmed'>;

/** Who runs modprobe for a module each time it starts. */
export interface ModuleAgent {
  /** As people know it; a systemd unit by its name. */
  agent: string;
  at?: { file: string; line: number };
  /** It runs modprobe -b, which honours a blacklist. */
  denylist: boolean;
  /** By the service that sets the sysctls: after it, or without any order that is followed. */
  when: 'after-sysctl' | 'some-time';
}

/**
 * The agents and units that are sure to ask for the module, those with a line of a file first. Docker is not among these: since 27.3 it
 * loads br_netfilter for some networks only, when one of those is made.
 */
export function moduleAgents(
  module: string,
  { loads }: UnitLoads,
  boot: BootInputs,
  profile: AgentProfile = {},
): ModuleAgent[] {
  const units = loads.map(({ unit, ...load }): ModuleAgent => ({ agent: agentOf(unit), ...load }));
  const { distribution } = profile;
  const known = [distribution && distributionOf(distribution)?.atStart, cniAtStart(profile), ...agentsOfUnits(boot)];
  const agents = known.flatMap((atStart) => (atStart?.modules?.includes(module) ? [atStart.agent] : []));
  return [
    ...units,
    ...[...new Set(agents)].map((agent): ModuleAgent => ({ agent, denylist: false, when: 'after-sysctl' })),
  ];
}

/** What else could load the module at the boot, by files that name it in a way that is not understood; for a sentence. */
export function moduleHints(module: string, boot: BootInputs, { doubts }: UnitLoads): string[] {
  const { rules, unread } = udevRules(module, boot);
  const others = (boot.mentions ?? []).filter(
    ({ path, executable }) => !unitFile(path) && !path.includes('/udev/rules.d/') && executable === undefined,
  );
  return [
    ...doubts,
    ...rules.flatMap(({ at, mayLoad }) => (mayLoad ? [`${place(at)} names ${module}`] : [])),
    ...unread.map((path) => `${excerpt(path, 128)} was not read to its end`),
    ...others.flatMap((file) => hintsOf(module, file)),
  ];
}

function hintsOf(module: string, { path, kind, lines, truncated }: ConfigFile): string[] {
  if (kind === 'unreadable') return [`${excerpt(path, 128)} could not be read`];
  const line = lines.find(({ text }) => text.replaceAll('-', '_').includes(module));
  if (line) return [`${place({ file: path, line: line.number })} names ${module}`];
  return truncated ? [`${excerpt(path, 128)} was not read to its end`] : [];
}

/** k3s.service and k3s-agent.service are k3s to their administrator. */
function agentOf(unit: string): string {
  return /^(k3s|rke2|k0s|kubelet|docker|containerd)(?=\W|controller|worker)/.exec(unit)?.[0] ?? basename(unit);
}
