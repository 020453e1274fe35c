import type { ModuleBoot, ModuleName } from '../boot/module-boot.ts';
import { simulateModuleBoot } from '../boot/modules.ts';
import { sysctlAgents } from '../boot/sysctl-agents.ts';
import { type ModulePresence, simulateSysctlBoot } from '../boot/sysctl-boot.ts';
import { readCommandLine } from '../boot/sysctl-command-line.ts';
import type { SysctlKey } from '../boot/sysctl-keys.ts';
import { simulateReapply } from '../boot/sysctl-reapply.ts';
import type { BootValue } from '../boot/sysctl-value.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { ConfigFile, NodeFacts } from '../collect/facts.ts';
import { excerpt, place } from './excerpt.ts';
import { withoutFleetingFiles } from './fleeting.ts';
import { hostSystem } from './host-system.ts';
import { removeAt, sourceAt } from './origin.ts';
import { persistent, RECIPES, type Recipe, SYSCTL_FILE } from './persistence.ts';
import { isOn } from './reading.ts';
import type { BootJudgement, State } from './rule.ts';

/** Whether a module will be active after the next boot. */
export function moduleAtBoot(name: ModuleName, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  const native = (recipe: Recipe) => recipe.loadModule(name);
  return lasting(facts, profile, (each) => judgeModule(name, each, profile), unknownModule(name), native);
}

const unknownModule = (name: ModuleName) => `whether ${name} comes back after a reboot is not known`;
const unknownSwitch = (key: SysctlKey) => `whether ${key} is on after a reboot is not known`;

/**
 * Judges a boot whose files may not all be there: where it does not come to the same without those that the boot throws away, nobody
 * can tell.
 */
function lasting(
  facts: NodeFacts,
  profile: ClusterProfile,
  judge: (facts: NodeFacts) => BootJudgement,
  message: string,
  native: (recipe: Recipe) => string[],
): BootJudgement {
  const system = hostSystem(facts, profile);
  const rest = system === 'ephemeral' ? withoutFleetingFiles(facts, true) : facts;
  if (rest === facts) return judge(facts);
  const [found, without] = [judge(facts), judge(rest)];
  if (found.boot.verdict === without.boot.verdict && found.boot.actual === without.boot.actual) return without;
  const { expected } = found.boot;
  return {
    boot: { verdict: 'unknown', expected, actual: null, cause: 'undetermined' },
    message,
    why: '/etc is new at each boot of this system, and what will be in it then is not known',
    remedy: persistent(native(RECIPES[system])),
  };
}

function judgeModule(name: ModuleName, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  const result = simulateModuleBoot(facts, name, profile);
  const { present, because } = result;
  const source = moduleSource(result);
  const state = { expected: 'present', ...(source && { source }) };
  if (present === 'unknown') {
    return {
      boot: { ...state, verdict: 'unknown', actual: null, cause: 'undetermined' },
      message: unknownModule(name),
      why: leftOut(facts) ?? because,
      remedy: [],
    };
  }
  if (present !== 'never') return { boot: { ...state, verdict: 'pass', actual: 'present' }, remedy: [] };
  const obstacle = removal(result);
  return {
    boot: { ...state, verdict: 'fail', actual: 'absent', cause: result.stoppedBy ? 'deny-listed' : 'not-loaded' },
    message: `${name} will not be loaded after a reboot`,
    why: because,
    obstacle,
    remedy: [...obstacle, ...persistent(RECIPES[hostSystem(facts, profile)].loadModule(name))],
  };
}

function moduleSource({ source, stoppedBy }: ModuleBoot): State['source'] {
  const origin = stoppedBy ?? source;
  if (!origin || 'unit' in origin) return undefined;
  return 'agent' in origin ? origin : sourceAt(origin);
}

function removal({ stoppedBy }: ModuleBoot): string[] {
  if (!stoppedBy) return [];
  // OpenRC's services have no suffix, and to be in no runlevel is part of what its recipe mends.
  if ('unit' in stoppedBy) return stoppedBy.unit.includes('.') ? [`systemctl unmask ${stoppedBy.unit}`] : [];
  return [removeAt(stoppedBy)];
}

/** Which value a switch will have after the next boot, and whether that is on. */
export function sysctlAtBoot(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  const native = (recipe: Recipe) => recipe.setSysctl(key);
  return lasting(facts, profile, (each) => judgeSwitch(key, each, profile), unknownSwitch(key), native);
}

function judgeSwitch(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  const boots = (inputs: NodeFacts['boot']) => simulate(key, { ...facts, boot: inputs }, profile);
  const value = boots(facts.boot);
  const boot = switchState(value);
  const reapply = switchState(simulateReapply(facts.boot, [key], facts.sysctls)[key]);
  const differs = reapply.actual !== boot.actual && reapply.verdict !== 'pass';
  const also = differs ? { reapply } : {};
  if (boot.verdict === 'pass') return { boot, ...also, remedy: [] };
  if (value.is === 'unknown') {
    return { boot, ...also, message: unknownSwitch(key), why: leftOut(facts) ?? value.because, remedy: [] };
  }
  const inTheWay = obstacle(value, boots, facts, key);
  return {
    boot,
    ...also,
    message: `${key} will be ${boot.actual} after a reboot`,
    why: whyOff(key, value),
    obstacle: inTheWay,
    remedy: [...inTheWay, ...persistent(RECIPES[hostSystem(facts, profile)].setSysctl(key))],
  };
}

/** A line that sets a sysctl, with the value as the file has it. */
export interface Writer {
  file: string;
  line: number;
  value: string;
}

/** Lines that switch the sysctl off, the one that will decide the next boot first. */
export function switchedOffBy(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): Writer[] {
  // The running kernel has the key, whatever is known of how its module came.
  const value = simulate(key, facts, profile, 'before');
  const decides = value.is === 'value' && 'file' in value.source ? [{ ...value.source, value: value.value }] : [];
  const others = value.others
    .filter(({ fate }) => fate !== 'file replaced' && fate !== 'refused')
    .map(({ file, line, value: text }) => ({ file, line, value: text }));
  return [...decides, ...others.reverse()].filter(({ value: text }) => isOn(text) === false);
}

function simulate(
  key: SysctlKey,
  facts: NodeFacts,
  profile: ClusterProfile,
  brNetfilter: ModulePresence = presence(facts, profile),
): BootValue {
  if (brNetfilter === 'unknown') {
    // Whether the module comes at all is br-netfilter's finding: here it matters only when.
    const [before, after] = (['before', 'after'] as const).map((when) => simulate(key, facts, profile, when));
    if (before && after && switchState(before).actual === switchState(after).actual) return before;
  }
  const { os, kernel } = facts;
  const context = {
    brNetfilter,
    openrc: os.id === 'alpine',
    ...(kernel.release !== undefined && { kernelRelease: kernel.release }),
    agents: sysctlAgents(profile),
  };
  return simulateSysctlBoot(facts.boot, [key], context)[key];
}

/**
 * When the bridge's sysctls come to be. A module that is never loaded is br-netfilter's finding: here it counts as loaded later
 * on, so that a line that sets 0 is not hidden behind it.
 */
function presence(facts: NodeFacts, profile: ClusterProfile): ModulePresence {
  const { present, source, reapplied } = simulateModuleBoot(facts, 'br_netfilter', profile);
  if (present === 'unknown') return 'unknown';
  if (present === 'before-sysctl') return source ? 'before' : 'builtin';
  return reapplied ? 'before' : 'after';
}

function switchState(value: BootValue): State {
  if (value.is === 'unknown') return { verdict: 'unknown', expected: '1', actual: null, cause: 'undetermined' };
  if (value.is === 'absent') return { verdict: 'fail', expected: '1', actual: 'absent', cause: 'undetermined' };
  const source = sourceOf(value);
  const state = { expected: '1', actual: excerpt(value.value), ...(source && { source }) };
  if (isOn(value.value)) return { ...state, verdict: 'pass' };
  return { ...state, verdict: 'fail', cause: source ? 'overridden' : 'unset' };
}

function sourceOf(value: BootValue): State['source'] {
  if (value.is !== 'value') return undefined;
  const { source } = value;
  if ('file' in source) return { file: source.file, line: source.line };
  if ('agent' in source) return { agent: source.agent };
  return 'commandLine' in source ? { file: '/proc/cmdline' } : undefined;
}

function whyOff(key: SysctlKey, value: BootValue): string {
  if (value.is === 'absent') return `${key} will not exist`;
  const source = sourceOf(value);
  if (source && 'file' in source) {
    const whose = source.file === SYSCTL_FILE ? 'our own ' : '';
    const to = value.is === 'value' ? ` to ${excerpt(value.value)}` : '';
    return `${whose}${place(source)} sets it${to}${beaten(value)}`;
  }
  if (source) return `${source.agent} sets it each time it starts`;
  return `nothing sets it at boot, and the kernel starts with 0${beaten(value)}`;
}

/** The line that would have switched it on, and did not get its way. */
function beaten(value: BootValue): string {
  const loser = value.others.find((line) => isOn(line.value));
  const refused = refusedLine(value);
  if (refused && loser) return ` (${place(loser)} sets ${excerpt(loser.value)}, but ${place(refused)} replaces it)`;
  if (refused) return ` (it refuses the value of ${place(refused)})`;
  return loser ? ` (${place(loser)} sets ${excerpt(loser.value)}, which does not last)` : '';
}

/** A line whose value the kernel does not take; it replaces the lines before it all the same. */
function refusedLine({ others }: BootValue) {
  return others.find(({ fate }) => fate === 'refused');
}

/** What must go before a file of one's own decides; nothing when that file wins anyway, which is simulated. */
function obstacle(
  value: BootValue,
  boots: (inputs: NodeFacts['boot']) => BootValue,
  { boot }: NodeFacts,
  key: SysctlKey,
): string[] {
  const source = sourceOf(value) ?? refusedLine(value);
  const own: ConfigFile = { path: SYSCTL_FILE, kind: 'file', lines: [{ number: 1, text: `${key} = 1` }] };
  const files = (boot.sysctl ?? []).filter(({ path }) => path !== SYSCTL_FILE);
  if (switchState(boots({ ...boot, sysctl: [...files, own] })).verdict === 'pass') return [];
  if (!source || !('file' in source)) return unmask(boot);
  return [
    source.line === undefined ? 'Take the sysctl off the kernel command line (boot loader)' : `Remove ${place(source)}`,
  ];
}

/** What an answer of a node had no room for, if anything of its boot: then that is the reason, whatever else is missing. */
function leftOut({ dropped }: NodeFacts): string | undefined {
  const names = dropped.filter((name) => name.startsWith('boot')).map((name) => name.replace(/^boot\./, ''));
  return names.length > 0 ? `more than a node's answer has room for: ${names.join(', ')}` : undefined;
}

const SYSCTL_UNIT = 'systemd-sysctl.service';

/** How the service that reads the files comes back. */
function unmask({ maskedUnits, commandLine = '' }: NodeFacts['boot']): string[] {
  if (maskedUnits?.includes(SYSCTL_UNIT)) return [`systemctl unmask ${SYSCTL_UNIT}`];
  return readCommandLine(commandLine).maskedUnits.includes(SYSCTL_UNIT)
    ? [`Take systemd.mask=${SYSCTL_UNIT} off the kernel command line (boot loader)`]
    : [];
}
