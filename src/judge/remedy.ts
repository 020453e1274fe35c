import type { ModuleName } from '../boot/module-boot.ts';
import { wayToModule } from '../boot/module-obstacles.ts';
import { inRunlevel } from '../boot/openrc.ts';
import type { SysctlKey } from '../boot/sysctl-keys.ts';
import { wayToSysctl } from '../boot/sysctl-obstacles.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Cause } from '../rules/rule.ts';
import { type HostSystem, hostSystem } from '../systems/host-system.ts';
import { installModule } from '../systems/package.ts';
import { MODULES_FILE, needed, RECIPES, SYSCTL_FILE } from '../systems/persistence.ts';
import { excerpt } from '../text/excerpt.ts';
import { otherBridgesInUse } from './bridges.ts';
import type { Inactivity } from './module.ts';
import { removals } from './removal.ts';
import type { Writer } from './switched-off.ts';

type Obstacle = (name: ModuleName, facts: NodeFacts, inactivity: Inactivity, profile: ClusterProfile) => string[];

/** What denies it now, and all that would at the boot: the first that goes lets the next one speak. */
const denied: Obstacle = (name, facts, { denial }, profile) => {
  const { obstacles } = wayToModule(name, MODULES_FILE, facts, profile);
  const steps = removals(denial ? [denial.at, ...obstacles] : obstacles, facts, profile);
  // The kernel obeys its command line until it is started without that word.
  return denial?.stops === 'everybody' && 'commandLine' in denial.at ? [...steps, 'Then reboot'] : steps;
};

/** The systems whose kernels come in packages; on these, too, a file may be written by hand. */
const PACKAGED: ReadonlySet<HostSystem> = new Set(['systemd', 'openrc']);

/** What has to be out of the way before a module can be loaded, by cause. */
const OBSTACLES: Partial<Record<Cause, Obstacle>> = {
  'not-loaded': denied,
  'deny-listed': denied,
  'not-shipped': (name, facts, _inactivity, profile) =>
    PACKAGED.has(hostSystem(facts, profile))
      ? installModule(name, facts)
      : [`Boot an image of this system whose kernel has ${name}`],
  'kernel-mismatch': () => ['Drain the node and reboot it into the installed kernel'],
  'loading-disabled': (name, { kernel }) =>
    kernel.loadable === false
      ? [`Boot a kernel that has ${name} built in, or one that can load modules`]
      : ['Take kernel.modules_disabled=1 (NixOS: security.lockKernelModules) out, then reboot'],
};

/** What has to be out of the way before an inactive module can be loaded; empty: nothing, or nothing that is known. */
export function obstacleTo(
  name: ModuleName,
  facts: NodeFacts,
  profile: ClusterProfile,
  inactivity: Inactivity,
): string[] {
  return OBSTACLES[inactivity.cause]?.(name, facts, inactivity, profile) ?? [];
}

/** Steps that make an inactive module active, now and at each boot. */
export function activateModule(
  name: ModuleName,
  facts: NodeFacts,
  profile: ClusterProfile,
  inactivity: Inactivity,
): string[] {
  const obstacle = obstacleTo(name, facts, profile, inactivity);
  const system = hostSystem(facts, profile);
  const { ownLine } = wayToModule(name, MODULES_FILE, facts, profile);
  const steps = RECIPES[system].loadModule(name);
  return unique([
    ...obstacle,
    ...(PACKAGED.has(system) ? needed(steps, ownLine, inRunlevel(facts.boot, 'modules')) : steps),
  ]);
}

/** Steps that set a sysctl to 1, now and at each boot; first away with the lines that set it otherwise, as far as they are known. */
export function setSysctl(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile, writer?: Writer): string[] {
  const system = hostSystem(facts, profile);
  const { obstacles, ownLine } = wayToSysctl({ key, on: true, ownFile: SYSCTL_FILE }, facts, profile);
  const off = writer ? [{ file: writer.file, line: writer.line }] : [];
  const steps = RECIPES[system].setSysctl(key);
  return unique([
    ...removals([...off, ...obstacles], facts, profile),
    ...(PACKAGED.has(system) ? needed(steps, ownLine, inRunlevel(facts.boot, 'sysctl')) : steps),
  ]);
}

/** Bridge netfilter concerns every bridge of a node: virtual machines have lost their network to it. */
export function bridgeWarning(facts: NodeFacts): string[] {
  const others = otherBridgesInUse(facts);
  if (others.length === 0) return [];
  return [`Beware: this also filters ${excerpt(others.join(', '))}: check that FORWARD accepts their traffic first`];
}

function unique(steps: readonly string[]): string[] {
  return [...new Set(steps)];
}
