import type { OpenrcService } from '../boot/openrc.ts';
import { inRunlevel } from '../boot/openrc.ts';
import { otherBridgesInUse } from '../boot/pod-bridges.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Action } from '../systems/action.ts';
import { isOfWsl } from '../systems/package.ts';
import type { System } from '../systems/system.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Cause } from './finding.ts';
import type { Inactivity } from './module-state.ts';
import type { NodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';

type Clearance = (name: string, node: NodeContext, inactivity: Inactivity) => Action[];

/** What denies it now, and all that would at the boot: the first that goes lets the next one speak. */
const denied: Clearance = (name, { facts, boot }, { denial }) => {
  const { obstacles } = boot.blockersOfModule(name);
  const actions = removeObstacles(denial ? [denial.at, ...obstacles] : obstacles, facts);
  // The kernel obeys its command line until it is started without that word.
  return denial?.stops === 'everybody' && 'commandLine' in denial.at ? [...actions, 'Then reboot'] : actions;
};

/** What has to be out of the way before a module can be loaded, by cause. */
const CLEARANCES: Partial<Record<Cause, Clearance>> = {
  'not-loaded': denied,
  'deny-listed': denied,
  'not-shipped': (name, { facts }) => [{ do: 'install-module', module: name, release: facts.kernel.release }],
  'kernel-mismatch': () => ['Drain the node and reboot it into the installed kernel'],
  undetermined: (module, { facts: { kernel } }) =>
    kernel.modulesDirectory === false ? [{ do: 'install-module', module, release: kernel.release }] : [],
  'loading-disabled': (name, { facts: { kernel } }) => {
    if (kernel.loadable !== false)
      return ['Remove kernel.modules_disabled=1 (NixOS: security.lockKernelModules), then reboot'];
    if (isOfWsl(kernel.release)) return [{ do: 'install-module', module: name, release: kernel.release }];
    return [`Boot a kernel that has ${name} built in, or one that can load modules`];
  },
};

/** What has to be out of the way before an inactive module can be loaded; empty: nothing, or nothing that is known. */
export function clearWayFor(name: string, node: NodeContext, inactivity: Inactivity): Action[] {
  const { instead } = inactivity;
  if (instead !== undefined) return [{ do: 'load-module', module: instead }, ...keepModule(instead, node, true)];
  return CLEARANCES[inactivity.cause]?.(name, node, inactivity) ?? [];
}

/** What makes an inactive module active, now and at each boot. */
export function activateModule(name: string, node: NodeContext, inactivity: Inactivity): Action[] {
  const { ownLine } = node.boot.blockersOfModule(name);
  const way = clearWayFor(name, node, inactivity);
  // Without any modules of this kernel there is nothing that modprobe could load, and on some kernels it never can.
  const { kernel } = node.facts;
  const hopeless = inactivity.cause === 'undetermined' || (kernel.loadable === false && isOfWsl(kernel.release));
  if (inactivity.instead !== undefined || (hopeless && way.length > 0)) return way;
  return [...way, { do: 'load-module', module: name }, ...keepModule(name, node, ownLine)];
}

/**
 * What has a module loaded at each boot.
 * @param ownLine whether a line of our own is needed, where the system has files of ours
 */
export function keepModule(module: string, node: NodeContext, ownLine: boolean): Action[] {
  return [
    ...(ownLine || !node.system.packaged ? [{ do: 'keep-module', module } as const] : []),
    ...started('modules', node),
  ];
}

/**
 * What sets a sysctl, now and at each boot. Lines of others have to go only where ours would not win: at the boot, or when somebody runs
 * `sysctl --system`, which reads /etc/sysctl.conf last.
 * @param persist a line of our own is wanted although the boot comes right without: by an agent, say
 */
export function setSysctl(
  key: string,
  to: string,
  right: (value: string) => boolean,
  node: NodeContext,
  persist = false,
): Action[] {
  const { obstacles, ownLine } = node.boot.blockersOfSysctl(key, right, to);
  const again = node.boot
    .without(obstacles)
    ?.with({ sysctls: [[key, to]] })
    .reapply(key);
  const last = again?.is === 'value' && 'file' in again.source && !right(again.value) ? [again.source] : [];
  return [
    ...removeObstacles([...obstacles, ...last], node.facts),
    { do: 'set-sysctl', key, to },
    ...keepSysctl(key, to, node, ownLine || persist),
  ];
}

/** What has a sysctl set at each boot. */
export function keepSysctl(key: string, to: string, node: NodeContext, ownLine: boolean): Action[] {
  return [
    ...(ownLine || !node.system.packaged ? [{ do: 'keep-sysctl', key, to } as const] : []),
    ...started('sysctl', node),
  ];
}

/** OpenRC reads the files only in services that are in a runlevel; of another init than systemd it is not known whether it does. */
function started(service: OpenrcService, { facts, system }: NodeContext): Action[] {
  if (system.id !== 'openrc') return byUnknownInit(service, facts, system);
  return inRunlevel(facts.boot, service) === true ? [] : [{ do: 'add-to-runlevel', service }];
}

/** What makes a line of a file count where it is not known whether process 1 reads that. */
export function byUnknownInit(service: OpenrcService, { boot: { init } }: NodeFacts, { id }: System): string[] {
  if (id !== 'systemd' || init === undefined || init === 'systemd') return [];
  const what = service === 'sysctl' ? 'applies /etc/sysctl.d' : 'loads the modules in /etc/modules-load.d';
  return [`Make sure that ${excerpt(init)} ${what} at each boot: whether it does is unknown`];
}

/** Bridge netfilter concerns every bridge of a node: virtual machines have lost their network to it. */
export function bridgeWarning({ facts, profile }: NodeContext): Action[] {
  const others = otherBridgesInUse(facts, profile);
  if (others.length === 0) return [];
  return [`Beware: this also filters ${excerpt(others.join(', '))}: check that FORWARD accepts their traffic first`];
}
