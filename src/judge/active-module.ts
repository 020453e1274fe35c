import { readSysctl } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import { moduleAtBoot } from './boot-result.ts';
import { requestOfModules } from './module-request.ts';
import { moduleState, whyInactive } from './module-state.ts';
import type { NodeContext } from './node-context.ts';
import { sysctlPath, undetermined } from './reading.ts';
import { activateModule, bridgeWarning } from './remedy.ts';
import type { BootResult, NowResult, Requirement } from './rule.ts';

/** Requires that a module is active, now and after each boot. */
export interface ActiveModule {
  /** The sysctl that exists only while the module is active: the functional path, which alone decides. */
  readonly shownBy: string;
  /** Something loads it when it is needed: for the next boot it is enough that it can be loaded, unless nothing has needed it in this one. */
  readonly onDemand?: boolean;
}

/**
 * A module that must be active. What lsmod, /sys/module or a file on disk say never decides, it only explains.
 */
export function activeModule(name: string, { shownBy, onDemand = false }: ActiveModule): Requirement {
  return {
    reads: { ...requestOfModules([name], true), sysctls: [shownBy] },
    now: (node) => judgeActive(name, shownBy, node),
    atBoot: (node) => (onDemand ? demandAtBoot(name, shownBy, node) : moduleAtBoot(name, node)),
    repair: { module: { name, shownBy, onDemand } },
    explain: {
      now: [`Read: whether \`${sysctlPath(shownBy)}\` exists. Lists of modules only explain a failure.`],
      boot: [
        onDemand
          ? 'The kernel loads it when something needs it: it is enough if it is built in or on disk, and not denied. If it is not active now, nothing ' +
            'has needed it since the last boot; then only what loads it by name counts.'
          : "Simulated from the node's files: what loads it, and what prevents that.",
      ],
      causes: [
        {
          cause: 'not-loaded',
          helps: `run \`modprobe ${name}\`, and add a line in \`/etc/modules-load.d/netprereq.conf\``,
        },
        { cause: 'not-shipped', helps: 'install the package that has the module for exactly the running kernel' },
        { cause: 'kernel-mismatch', helps: 'reboot into the installed kernel' },
        { cause: 'deny-listed', helps: 'remove the line that the report names' },
      ],
    },
  };
}

/** A need that has not come in this boot may not come in the next one either. */
function demandAtBoot(name: string, shownBy: string, node: NodeContext): BootResult {
  if (readSysctl(node.facts, shownBy).is !== 'absent') return moduleAtBoot(name, node, true);
  const result = moduleAtBoot(name, node);
  return result.boot.cause === 'not-loaded'
    ? { ...result, why: `nothing has needed ${name} since the last boot, and ${result.why}` }
    : result;
}

function judgeActive(name: string, key: string, node: NodeContext): NowResult {
  const { facts } = node;
  const reading = readSysctl(facts, key);
  if (reading.is === 'absent') return hiddenByContainer(name, node) ?? judgeAbsent(name, key, 'present', node);
  if (reading.is !== 'value') {
    return { ...undetermined(key, reading, 'present'), module: { name, state: moduleState(name, facts, false) } };
  }
  return {
    now: { verdict: 'pass', expected: 'present', actual: 'present' },
    module: { name, state: moduleState(name, facts, true) },
    message: `${sysctlPath(key)} exists`,
    ...(facts.container && {
      why: `this node is a container: its host decides whether ${name} is there after a reboot`,
    }),
    remedy: [],
  };
}

/**
 * A module that the outer host of a container has loaded, which does not show its sysctls there: kernels before 5.3 have them in the first
 * network namespace only, and a container without privilege sees none (lxd#3306). It is at work all the same; undefined: it is another case.
 */
export function hiddenByContainer(name: string, { facts, profile }: NodeContext): NowResult | undefined {
  if (!facts.container || moduleState(name, facts, false) !== 'loaded') return undefined;
  const needsFile = name === 'br_netfilter' && profile.agentNeedsBridgeNetfilter === true;
  const why = `its outer host has ${name} loaded, but this container (${excerpt(facts.container)}) does not show its sysctls`;
  return {
    now: needsFile
      ? { verdict: 'unknown', expected: 'present', actual: null, cause: 'container-node' }
      : { verdict: 'pass', expected: 'present', actual: 'loaded' },
    module: { name, state: 'loaded' },
    message: needsFile ? `${name} is loaded, but flanneld does not find its sysctls` : `${name} is loaded`,
    why,
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
