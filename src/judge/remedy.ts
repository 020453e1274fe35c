import type { OpenrcService } from '../boot/openrc.ts';
import { inRunlevel } from '../boot/openrc.ts';
import type { Action } from '../systems/action.ts';
import { say } from '../systems/action.ts';
import { excerpt } from '../text/excerpt.ts';
import { otherBridgesInUse } from './bridges.ts';
import type { Cause } from './finding.ts';
import type { Inactivity } from './module-state.ts';
import type { NodeContext } from './node-context.ts';
import { removeObstacles } from './obstacle-actions.ts';
import type { OtherWriter } from './other-writers.ts';

type Clearance = (name: string, node: NodeContext, inactivity: Inactivity) => Action[];

/** What denies it now, and all that would at the boot: the first that goes lets the next one speak. */
const denied: Clearance = (name, { facts, boot }, { denial }) => {
  const { obstacles } = boot.blockersOfModule(name);
  const actions = removeObstacles(denial ? [denial.at, ...obstacles] : obstacles, facts);
  // The kernel obeys its command line until it is started without that word.
  return denial?.stops === 'everybody' && 'commandLine' in denial.at ? [...actions, say('Then reboot')] : actions;
};

/** What has to be out of the way before a module can be loaded, by cause. */
const CLEARANCES: Partial<Record<Cause, Clearance>> = {
  'not-loaded': denied,
  'deny-listed': denied,
  'not-shipped': (name, { facts }) => [{ do: 'install-module', module: name, release: facts.kernel.release }],
  'kernel-mismatch': () => [say('Drain the node and reboot it into the installed kernel')],
  'loading-disabled': (name, { facts: { kernel } }) =>
    kernel.loadable === false
      ? [say(`Boot a kernel that has ${name} built in, or one that can load modules`)]
      : [say('Take kernel.modules_disabled=1 (NixOS: security.lockKernelModules) out, then reboot')],
};

/** What has to be out of the way before an inactive module can be loaded; empty: nothing, or nothing that is known. */
export function clearWayFor(name: string, node: NodeContext, inactivity: Inactivity): Action[] {
  return CLEARANCES[inactivity.cause]?.(name, node, inactivity) ?? [];
}

/** What makes an inactive module active, now and at each boot. */
export function activateModule(name: string, node: NodeContext, inactivity: Inactivity): Action[] {
  const { ownLine } = node.boot.blockersOfModule(name);
  return [
    ...clearWayFor(name, node, inactivity),
    { do: 'load-module', module: name },
    ...keepModule(name, node, ownLine),
  ];
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

/** What sets a sysctl, now and at each boot; first away with the lines that set it otherwise, as far as they are known. */
export function setSysctl(
  key: string,
  to: string,
  right: (value: string) => boolean,
  node: NodeContext,
  writer?: OtherWriter,
): Action[] {
  const { obstacles, ownLine } = node.boot.blockersOfSysctl(key, right, to);
  const first = writer ? [{ file: writer.file, line: writer.line }] : [];
  return [
    ...removeObstacles([...first, ...obstacles], node.facts),
    { do: 'set-sysctl', key, to },
    ...keepSysctl(key, to, node, ownLine),
  ];
}

/** What has a sysctl set at each boot. */
export function keepSysctl(key: string, to: string, node: NodeContext, ownLine: boolean): Action[] {
  return [
    ...(ownLine || !node.system.packaged ? [{ do: 'keep-sysctl', key, to } as const] : []),
    ...started('sysctl', node),
  ];
}

/** OpenRC reads the files only in services that are in a runlevel. */
function started(service: OpenrcService, { facts, system }: NodeContext): Action[] {
  return system.id === 'openrc' && inRunlevel(facts.boot, service) !== true ? [{ do: 'add-to-runlevel', service }] : [];
}

/** Bridge netfilter concerns every bridge of a node: virtual machines have lost their network to it. */
export function bridgeWarning({ facts }: NodeContext): Action[] {
  const others = otherBridgesInUse(facts);
  if (others.length === 0) return [];
  return [
    say(`Beware: this also filters ${excerpt(others.join(', '))}: check that FORWARD accepts their traffic first`),
  ];
}
