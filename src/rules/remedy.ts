import type { ModuleName } from '../boot/module-boot.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../collect/facts.ts';
import type { Writer } from './boot.ts';
import { otherBridgesInUse } from './bridges.ts';
import { excerpt, place } from './excerpt.ts';
import { type HostSystem, hostSystem } from './host-system.ts';
import type { Inactivity } from './module.ts';
import { removeAt } from './origin.ts';
import { installModule } from './package.ts';
import { RECIPES } from './persistence.ts';
import type { Cause } from './rule.ts';

type Obstacle = (name: ModuleName, facts: NodeFacts, inactivity: Inactivity, system: HostSystem) => string[];

const denied: Obstacle = (_name, _facts, { denial }) => (denial ? [removeAt(denial.at)] : []);

/** What has to be out of the way before a module can be loaded, by cause. */
const OBSTACLES: Partial<Record<Cause, Obstacle>> = {
  'not-loaded': denied,
  'deny-listed': denied,
  'not-shipped': (name, facts, _inactivity, system) =>
    system === 'systemd' || system === 'openrc'
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
  return OBSTACLES[inactivity.cause]?.(name, facts, inactivity, hostSystem(facts, profile)) ?? [];
}

/** Steps that make an inactive module active, now and at each boot. */
export function activateModule(
  name: ModuleName,
  facts: NodeFacts,
  profile: ClusterProfile,
  inactivity: Inactivity,
): string[] {
  const obstacle = obstacleTo(name, facts, profile, inactivity);
  return [...obstacle, ...RECIPES[hostSystem(facts, profile)].loadModule(name)];
}

/** Steps that set a sysctl to 1, now and at each boot; first away with the line that set it otherwise, where one is known. */
export function setSysctl(key: string, facts: NodeFacts, profile: ClusterProfile, writer?: Writer): string[] {
  const remove = writer ? removal(`${key} = ${writer.value}`, writer) : [];
  return [...remove, ...RECIPES[hostSystem(facts, profile)].setSysctl(key)];
}

/** Bridge netfilter concerns every bridge of a node: virtual machines have lost their network to it. */
export function bridgeWarning(facts: NodeFacts): string[] {
  const others = otherBridgesInUse(facts);
  if (others.length === 0) return [];
  return [`Beware: this also filters ${excerpt(others.join(', '))}: check that FORWARD accepts their traffic first`];
}

function removal(text: string, source: Writer): string[] {
  return [`Remove ${place(source)} (${excerpt(text)})`];
}
