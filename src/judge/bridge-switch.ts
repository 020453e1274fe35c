import { knownModule } from '../boot/known-modules.ts';
import { podBridges } from '../boot/pod-bridges.ts';
import { sysctlNearMiss } from '../boot/sysctl-near-miss.ts';
import type { Bridge } from '../facts/facts.ts';
import { isKernelAtLeast } from '../facts/kernel-release.ts';
import { place } from '../facts/origin.ts';
import { readSysctl } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import { listed } from '../text/listed.ts';
import { hiddenByContainer, judgeAbsent } from './active-module.ts';
import { isRight, sysctlAtBoot } from './boot-result.ts';
import { isOn, on } from './comparator.ts';
import { requestOfModules } from './module-request.ts';
import { moduleState } from './module-state.ts';
import type { NodeContext } from './node-context.ts';
import { type OtherWriter, writersOf } from './other-writers.ts';
import { undetermined } from './reading.ts';
import { bridgeWarning, setSysctl } from './remedy.ts';
import type { NowResult, Requirement } from './rule.ts';
import { sysctlTexts } from './sysctl-texts.ts';

const MODULE = 'br_netfilter';
const SHOWN_BY = knownModule(MODULE)?.shownBy ?? '';

/** A switch of bridge netfilter: a sysctl for all bridges, and the same as an attribute of each; the kernel takes either for on. */
export interface BridgeSwitch {
  readonly key: string;
  /** The attribute of a single bridge, below /sys/class/net/BRIDGE/bridge. */
  readonly attribute: 'nf_call_iptables' | 'nf_call_ip6tables';
}

/** A switch of bridge netfilter that must be on. It comes with br_netfilter, and starts with 1. */
export function bridgeSwitch({ key, attribute }: BridgeSwitch): Requirement {
  return {
    reads: { ...requestOfModules([MODULE], true), sysctls: [key, SHOWN_BY], kinds: ['bridges'] },
    now: (node) => judge({ key, attribute }, node),
    atBoot: (node) => sysctlAtBoot(key, on, node),
    repair: { module: { name: MODULE, shownBy: SHOWN_BY }, sysctl: { key, to: '1', comparator: on } },
    explain: sysctlTexts(key, on, true),
  };
}

function judge(definition: BridgeSwitch, node: NodeContext): NowResult {
  const { key } = definition;
  const { facts } = node;
  const reading = readSysctl(facts, key);
  if (reading.is === 'absent') return hidden(key, node) ?? judgeAbsent(MODULE, key, '1', node);
  const module = { name: MODULE, state: moduleState(MODULE, facts, reading.is === 'value') };
  if (reading.is === 'value' && isOn(reading.value)) {
    const now = { verdict: 'pass', expected: '1', actual: excerpt(reading.value) } as const;
    return { now, module, message: `${key} is ${excerpt(reading.value)}`, remedy: [] };
  }
  const isOff = reading.is === 'value' && isOn(reading.value) === false;
  const bridges = podBridges(facts, node.profile) ?? [];
  if (bridges.length > 0 && bridges.every((bridge) => flag(bridge, definition) === true)) {
    return { ...switchedOnByBridge(definition, bridges, isOff), module };
  }
  return { ...(isOff ? judgeOff(key, node) : undetermined(key, reading, '1')), module };
}

/** In a container that does not show it: each network namespace starts with 1 since Linux 5.3; before, the outer host's value holds for all. */
function hidden(key: string, node: NodeContext): NowResult | undefined {
  const found = hiddenByContainer(MODULE, node);
  if (!found) return undefined;
  const own = isKernelAtLeast(node.facts.kernel, 5, 3) === true;
  return {
    ...found,
    now: own
      ? { verdict: 'pass', expected: '1', actual: "not shown (the kernel's 1)" }
      : { verdict: 'unknown', expected: '1', actual: null, cause: 'container-node' },
    message: own ? `${key} is not shown here, and starts with 1` : `${key} is the outer host's, and not shown here`,
  };
}

function flag(bridge: Bridge, { attribute }: BridgeSwitch): boolean | undefined {
  return attribute === 'nf_call_iptables' ? bridge.nfCallIptables : bridge.nfCallIp6tables;
}

function switchedOnByBridge({ key, attribute }: BridgeSwitch, bridges: readonly Bridge[], isOff: boolean): NowResult {
  const names = bridges.map(({ name }) => name);
  return {
    now: { verdict: 'pass', expected: '1', actual: `${isOff ? '0' : 'unknown'} (${excerpt(names.join(', '))}: 1)` },
    message: `${key} is ${isOff ? '0' : 'not known'}, but ${attribute} is on for ${excerpt(listed(names))}`,
    why: 'a bridge that is created again starts without that flag',
    remedy: [],
  };
}

/** The kernel starts every network namespace with 1: a 0 always has a writer. */
function judgeOff(key: string, node: NodeContext): NowResult {
  const [writer] = writersOf(key, (text) => isOn(text) === false, node);
  const miss = sysctlNearMiss(key, node.facts.boot.sysctl);
  return {
    now: {
      verdict: 'fail',
      expected: '1',
      actual: '0',
      cause: 'value',
      ...(writer && { source: { file: writer.file, line: writer.line } }),
    },
    message: `${key} is 0`,
    why: `the kernel starts with 1, so something set it to 0: ${suspicion(writer)}${miss === undefined ? '' : `; ${miss}`}`,
    remedy: [...bridgeWarning(node), ...setSysctl(key, '1', isRight(on, node), node)],
  };
}

function suspicion(writer: OtherWriter | undefined): string {
  return writer ? `maybe ${place(writer)}` : 'no sysctl file of the node; perhaps libvirt, tuned, a script or a person';
}
