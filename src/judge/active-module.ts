import { readSysctl } from '../facts/read.ts';
import { moduleAtBoot } from './boot-result.ts';
import { requestOfModules } from './module-request.ts';
import { moduleState, whyInactive } from './module-state.ts';
import type { NodeContext } from './node-context.ts';
import { sysctlPath, undetermined } from './reading.ts';
import { activateModule, bridgeWarning } from './remedy.ts';
import type { NowResult, Requirement } from './rule.ts';

/** Requires that a module is active, now and after each boot. */
export interface ActiveModule {
  /** The sysctl that exists only while the module is active: the functional path, which alone decides. */
  readonly shownBy: string;
  /** Something loads it when it is needed: for the next boot it is enough that it can be loaded. */
  readonly onDemand?: boolean;
}

/**
 * A module that must be active. What lsmod, /sys/module or a file on disk say never decides, it only explains.
 */
export function activeModule(name: string, { shownBy, onDemand = false }: ActiveModule): Requirement {
  return {
    reads: { ...requestOfModules([name], !onDemand), sysctls: [shownBy] },
    now: (node) => judgeActive(name, shownBy, node),
    atBoot: (node) => moduleAtBoot(name, node, onDemand),
    repair: { module: { name, shownBy, onDemand } },
    explain: {
      now: [`Read: whether \`${sysctlPath(shownBy)}\` exists. Lists of modules only explain a failure.`],
      boot: [
        onDemand
          ? 'Loaded when something needs it: it is enough that it is built in or on disk, and that nothing denies it.'
          : "Simulated from the node's files: what loads it, and what stands in the way.",
      ],
      causes: [
        { cause: 'not-loaded', helps: `\`modprobe ${name}\`, and a line in \`/etc/modules-load.d/netprereq.conf\`` },
        { cause: 'not-shipped', helps: 'the package with the module for exactly the running kernel' },
        { cause: 'kernel-mismatch', helps: 'a reboot into the installed kernel' },
        { cause: 'deny-listed', helps: 'removing the line that is named' },
      ],
    },
  };
}

function judgeActive(name: string, key: string, node: NodeContext): NowResult {
  const { facts } = node;
  const reading = readSysctl(facts, key);
  if (reading.is === 'absent') return judgeAbsent(name, key, 'present', node);
  if (reading.is !== 'value') {
    return { ...undetermined(key, reading, 'present'), module: { name, state: moduleState(name, facts, false) } };
  }
  return {
    now: { verdict: 'pass', expected: 'present', actual: 'present' },
    module: { name, state: moduleState(name, facts, true) },
    message: `${sysctlPath(key)} exists`,
    remedy: [],
  };
}

/** The result when a module's sysctl does not exist, whatever was expected of it. */
export function judgeAbsent(name: string, key: string, expected: string, node: NodeContext): NowResult {
  const { facts } = node;
  const inactivity = whyInactive(name, facts);
  const { cause, why, source } = inactivity;
  const warning = name === 'br_netfilter' ? bridgeWarning(node) : [];
  return {
    now: { verdict: 'fail', expected, actual: 'absent', cause, ...(source && { source }) },
    module: { name, state: moduleState(name, facts, false) },
    message: `${sysctlPath(key)} does not exist`,
    why,
    remedy: [...warning, ...activateModule(name, node, inactivity)],
  };
}
