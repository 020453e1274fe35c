import type { Bridge } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { readSysctl } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import { judgeAbsent } from './active-module.ts';
import { sysctlAtBoot } from './boot-result.ts';
import { podBridges } from './bridges.ts';
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
const SHOWN_BY = 'net.bridge.bridge-nf-call-iptables';

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
    explain: sysctlTexts(key, on, {}),
  };
}

function judge(definition: BridgeSwitch, node: NodeContext): NowResult {
  const { key } = definition;
  const { facts } = node;
  const reading = readSysctl(facts, key);
  if (reading.is === 'absent') return judgeAbsent(MODULE, key, '1', node);
  const module = { name: MODULE, state: moduleState(MODULE, facts, reading.is === 'value') };
  if (reading.is === 'value' && isOn(reading.value)) {
    const now = { verdict: 'pass', expected: '1', actual: excerpt(reading.value) } as const;
    return { now, module, message: `${key} is ${excerpt(reading.value)}`, remedy: [] };
  }
  const isOff = reading.is === 'value' && isOn(reading.value) === false;
  const bridges = podBridges(facts) ?? [];
  if (bridges.length > 0 && bridges.every((bridge) => flag(bridge, definition) === true)) {
    return { ...switchedOnByBridge(definition, bridges, isOff), module };
  }
  return { ...(isOff ? judgeOff(key, node) : undetermined(key, reading, '1')), module };
}

function flag(bridge: Bridge, { attribute }: BridgeSwitch): boolean | undefined {
  return attribute === 'nf_call_iptables' ? bridge.nfCallIptables : bridge.nfCallIp6tables;
}

function switchedOnByBridge({ key, attribute }: BridgeSwitch, bridges: readonly Bridge[], isOff: boolean): NowResult {
  const names = excerpt(bridges.map(({ name }) => name).join(', '));
  return {
    now: { verdict: 'pass', expected: '1', actual: `${isOff ? '0' : 'unknown'} (${names}: 1)` },
    message: `${key} is ${isOff ? '0' : 'not known'}, but ${names} has ${attribute} of its own`,
    why: 'a bridge that is created again starts without that flag',
    remedy: [],
  };
}

/** The kernel starts every network namespace with 1: a 0 always has a writer. */
function judgeOff(key: string, node: NodeContext): NowResult {
  const [writer] = writersOf(key, (text) => isOn(text) === false, node);
  return {
    now: {
      verdict: 'fail',
      expected: '1',
      actual: '0',
      cause: 'value',
      ...(writer && { source: { file: writer.file, line: writer.line } }),
    },
    message: `${key} is 0`,
    why: `the kernel starts with 1, so something set it to 0: ${suspicion(writer)}`,
    remedy: [...bridgeWarning(node), ...setSysctl(key, '1', (text) => isOn(text) === true, node, writer)],
  };
}

function suspicion(writer: OtherWriter | undefined): string {
  return writer ? `maybe ${place(writer)}` : 'no sysctl file of the node; perhaps libvirt, tuned, a script or a person';
}
