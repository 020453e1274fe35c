import type { ModuleBoot, ModuleName } from '../boot/module-boot.ts';
import { wayToModule } from '../boot/module-obstacles.ts';
import { simulateModuleBoot } from '../boot/modules.ts';
import { inRunlevel } from '../boot/openrc.ts';
import type { SysctlKey } from '../boot/sysctl-keys.ts';
import { bootValue } from '../boot/sysctl-node.ts';
import { wayToSysctl, wordWithoutIpv6 } from '../boot/sysctl-obstacles.ts';
import { simulateReapply } from '../boot/sysctl-reapply.ts';
import type { BootValue } from '../boot/sysctl-value.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { BootJudgement, State } from '../rules/rule.ts';
import { hostSystem } from '../systems/host-system.ts';
import { MODULES_FILE, needed, persistent, RECIPES, type Recipe, SYSCTL_FILE } from '../systems/persistence.ts';
import { withoutFleetingFiles } from './fleeting.ts';
import { sourceAt } from './origin.ts';
import { removals } from './removal.ts';
import { switchState } from './switch-state.ts';
import { whyOff } from './why-off.ts';

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
  const { obstacles, ownLine } = wayToModule(name, MODULES_FILE, facts, profile);
  const obstacle = removals(obstacles, facts, profile);
  const keep = persistent(RECIPES[hostSystem(facts, profile)].loadModule(name));
  return {
    boot: { ...state, verdict: 'fail', actual: 'absent', cause: result.stoppedBy ? 'deny-listed' : 'not-loaded' },
    message: `${name} will not be loaded after a reboot`,
    why: because,
    obstacle,
    remedy: unique([...obstacle, ...needed(keep, ownLine, inRunlevel(facts.boot, 'modules'))]),
  };
}

function moduleSource({ source, stoppedBy }: ModuleBoot): State['source'] {
  const origin = stoppedBy ?? source;
  if (!origin || 'unit' in origin) return undefined;
  return 'agent' in origin ? origin : sourceAt(origin);
}

/** Which value a switch will have after the next boot, and whether that is on. */
export function sysctlAtBoot(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  const native = (recipe: Recipe) => recipe.setSysctl(key);
  return lasting(facts, profile, (each) => judgeSwitch(key, each, profile), unknownSwitch(key), native);
}

function judgeSwitch(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): BootJudgement {
  const value = bootValue(key, facts, profile);
  const boot = switchState(value);
  const also = reapplied(key, boot, facts);
  if (boot.verdict === 'pass') return { boot, ...also, remedy: [] };
  if (value.is === 'unknown') return { ...sysctlUnknown(key, value, boot, facts), ...also };
  const { obstacles, ownLine } = wayToSysctl({ key, on: true, ownFile: SYSCTL_FILE }, facts, profile);
  const source = wordWithoutIpv6(key, facts) === undefined ? undefined : { file: '/proc/cmdline' };
  const obstacle = removals(obstacles, facts, profile);
  const keep = persistent(RECIPES[hostSystem(facts, profile)].setSysctl(key));
  return {
    boot: value.is === 'absent' && source ? { ...boot, source } : boot,
    ...also,
    message: `${key} will be ${boot.actual} after a reboot`,
    why: whyOff(key, value, facts),
    obstacle,
    remedy: unique([...obstacle, ...needed(keep, ownLine, inRunlevel(facts.boot, 'sysctl'))]),
  };
}

/** What is said of a sysctl of which the boot is not known. */
export function sysctlUnknown(
  key: SysctlKey,
  { because }: BootValue & { is: 'unknown' },
  boot: State,
  facts: NodeFacts,
): BootJudgement {
  return {
    boot,
    message: unknownSwitch(key),
    why: leftOut(facts) ?? because,
    remedy: [],
  };
}

/** What `sysctl --system` would make of a sysctl that exists, where that is not what the boot makes of it. */
function reapplied(key: SysctlKey, boot: State, facts: NodeFacts): { reapply?: State } {
  const value = simulateReapply(facts.boot, key, facts.sysctls);
  const reapply = switchState(value);
  return value.is === 'absent' || reapply.actual === boot.actual ? {} : { reapply };
}

/** What an answer of a node had no room for, if anything of its boot: then that is the reason, whatever else is missing. */
function leftOut({ dropped }: NodeFacts): string | undefined {
  const names = dropped.filter((name) => name.startsWith('boot')).map((name) => name.replace(/^boot\./, ''));
  return names.length > 0 ? `more than a node's answer has room for: ${names.join(', ')}` : undefined;
}

function unique(steps: readonly string[]): string[] {
  return [...new Set(steps)];
}
