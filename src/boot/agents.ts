import type { ClusterProfile } from '../cluster/profile.ts';
import type { BootInputs, ConfigFile } from '../collect/facts.ts';
import { basename } from './config-directories.ts';
import { normalizeName } from './modprobe-config.ts';
import { excerpt } from './modules-outcome.ts';

/** What of the cluster tells which agents run on its nodes. */
export type AgentProfile = Pick<ClusterProfile, 'distribution' | 'cni'>;

/** Who runs modprobe for a module each time it starts. */
export interface ModuleAgent {
  /** As people know it; a systemd unit by its name. */
  agent: string;
  at?: { file: string; line: number };
  /** It runs modprobe -b, which honours a blacklist. */
  denylist: boolean;
}

/** Distributions whose agent does it for br_netfilter; they run it on every node of their clusters. */
const DISTRIBUTIONS = new Set(['k3s', 'rke2', 'k0s']);

/** Docker is not among these: since 27.3 it loads br_netfilter for some networks only, when one of those is made. */
const NETWORKS = new Set(['kube-router']);

/** The agents and units that load the module, those with a line of a file first. */
export function moduleAgents(module: string, boot: BootInputs, profile?: AgentProfile): ModuleAgent[] {
  const units = enabledUnits(boot).flatMap(({ unit, file }) =>
    file.lines.flatMap(({ number, text }): ModuleAgent[] => {
      const command = modprobeCommand(text);
      if (!command?.modules.includes(module)) return [];
      return [{ agent: agentOf(unit), at: { file: file.path, line: number }, denylist: command.denylist }];
    }),
  );
  if (module !== 'br_netfilter') return units;
  const known = [profile?.distribution, profile?.cni].filter(
    (name) => name !== undefined && (DISTRIBUTIONS.has(name) || NETWORKS.has(name)),
  );
  return [...units, ...known.flatMap((agent) => (agent === undefined ? [] : [{ agent, denylist: false }]))];
}

/** What else could load the module at the boot, by files that name it in a way that is not understood; for a sentence. */
export function moduleHints(module: string, boot: BootInputs): string[] {
  const units = new Set(enabledUnits(boot).map(({ file }) => file));
  return (boot.mentions ?? []).flatMap((file) => {
    if (file.kind === 'unreadable') return [`${excerpt(file.path)} could not be read`];
    const lines = file.lines.filter(({ text }) => normalized(text).includes(module));
    const unit = unitOf(file.path);
    const telling = lines.find(({ text }) =>
      unit === undefined ? !onlyReapplies(text) : units.has(file) && !modprobeCommand(text),
    );
    return telling ? [`${excerpt(file.path)}:${telling.number} names ${module}`] : [];
  });
}

/** The udev rule that has the sysctls of the bridge set again as soon as br_netfilter is there. */
export function reappliesSysctls({ mentions }: BootInputs): { file: string; line: number } | undefined {
  const found = (mentions ?? []).flatMap((file) =>
    file.lines.flatMap(({ number, text }) =>
      isUdevRule(file) && onlyReapplies(text) ? [{ file: file.path, line: number }] : [],
    ),
  );
  return found[0];
}

function isUdevRule({ path }: ConfigFile): boolean {
  return path.includes('/udev/rules.d/');
}

function onlyReapplies(rule: string): boolean {
  return /RUN\b[^,]*systemd-sysctl/.test(rule) && !/modprobe|kmod/.test(rule);
}

/** What is asked for by name, of units that the boot starts; a drop-in counts for its unit. */
function enabledUnits({
  mentions = [],
  enabledUnits: enabled = [],
  maskedUnits = [],
}: BootInputs): { unit: string; file: ConfigFile }[] {
  return mentions.flatMap((file) => {
    const unit = unitOf(file.path);
    return unit !== undefined && enabled.includes(unit) && !maskedUnits.includes(unit) ? [{ unit, file }] : [];
  });
}

/** /etc/systemd/system/kubelet.service.d/10-x.conf → kubelet.service; undefined for files of other kinds. */
function unitOf(path: string): string | undefined {
  const [, unit] = /\/systemd\/system\/(?:[^/]+\.wants\/)?([^/]+\.service)(?:\.d\/[^/]+\.conf)?$/.exec(path) ?? [];
  return unit;
}

/** k3s.service and k3s-agent.service are k3s to their administrator. */
function agentOf(unit: string): string {
  return /^(k3s|rke2|k0s|kubelet|docker|containerd)(?=\W|controller|worker)/.exec(unit)?.[0] ?? basename(unit);
}

const EXEC = /^\s*Exec(?:StartPre|Start|StartPost)\s*=\s*[-@:+!|]*(?:\/\S*\/)?modprobe((?:\s+[\w./=-]+)+)\s*$/;

/** The modules that a unit's plain modprobe command loads. Without -a only the first is one, what follows are its parameters. */
function modprobeCommand(line: string): { modules: string[]; denylist: boolean } | undefined {
  const words = EXEC.exec(line)?.[1]?.trim().split(/\s+/);
  if (!words) return undefined;
  const flags = words.filter((word) => word.startsWith('-'));
  const operands = words.filter((word) => !word.startsWith('-')).flatMap((word) => normalizeName(word) ?? []);
  if (!flags.every((flag) => /^(?:-[abqsv]+|--(?:all|use-blacklist|quiet|syslog|verbose)?)$/.test(flag)))
    return undefined;
  const has = (letter: string, word: string) =>
    flags.some((flag) => flag === word || new RegExp(`^-[a-z]*${letter}`).test(flag));
  return { modules: has('a', '--all') ? operands : operands.slice(0, 1), denylist: has('b', '--use-blacklist') };
}

function normalized(text: string): string {
  return text.replaceAll('-', '_');
}
