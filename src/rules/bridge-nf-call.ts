import type { SysctlKey } from '../boot/sysctl-keys.ts';
import type { ClusterProfile, IpFamily } from '../cluster/profile.ts';
import type { Bridge, NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { judgeAbsent } from '../judge/active-module.ts';
import { sysctlAtBoot } from '../judge/boot.ts';
import { podBridges } from '../judge/bridges.ts';
import { moduleState } from '../judge/module.ts';
import { podNetwork, usesFamily } from '../judge/pod-network.ts';
import { isOn, type Judgement, undetermined } from '../judge/reading.ts';
import { bridgeWarning, setSysctl } from '../judge/remedy.ts';
import { switchedOffBy, type Writer } from '../judge/switched-off.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Applicability, Rule } from './rule.ts';

interface BridgeNfCall {
  id: string;
  key: SysctlKey;
  family: IpFamily;
  /** The same switch of a single bridge; the kernel takes either for on. */
  flag: (bridge: Bridge) => boolean | undefined;
  attribute: string;
}

/** Defines the rule that bridged packets of one address family reach netfilter; the families are independent of each other. */
export function bridgeNfCall(definition: BridgeNfCall): Rule {
  const { id, key, family } = definition;
  return {
    id,
    aliases: [key],
    title: `Bridged ${family} packets reach netfilter`,
    dependsOn: 'br-netfilter',
    repair: { module: 'br_netfilter', sysctl: key },
    applies: (profile, facts) => applies(family, profile, facts),
    evaluate: (facts, profile) => evaluate(definition, facts, profile),
    atBoot: (facts, profile) => sysctlAtBoot(key, facts, profile),
  };
}

function applies(family: IpFamily, profile: ClusterProfile, facts: NodeFacts): Applicability {
  const used = usesFamily(profile, family);
  const { onBridge, because } = podNetwork(profile, facts);
  if (used === false) return { skip: `the cluster does not use ${family}` };
  if (onBridge === false) return { skip: because };
  if (onBridge === undefined) return { severity: 'recommended', because };
  if (used === undefined && family === 'IPv6') {
    return { severity: 'recommended', because: `${because}; IP families not known (--ip-families)` };
  }
  return { severity: 'required', because };
}

function evaluate(definition: BridgeNfCall, facts: NodeFacts, profile: ClusterProfile): Judgement {
  const { key } = definition;
  const reading = facts.sysctls[key];
  if (reading?.is === 'absent') {
    const judgement = judgeAbsent('br_netfilter', key, '1', facts, profile);
    return { ...judgement, remedy: [...bridgeWarning(facts), ...judgement.remedy] };
  }
  const module = { name: 'br_netfilter', state: moduleState('br_netfilter', facts, reading?.is === 'value') };
  if (reading?.is === 'value' && isOn(reading.value)) {
    const now = { verdict: 'pass', expected: '1', actual: excerpt(reading.value) } as const;
    return { now, module, message: `${key} is ${excerpt(reading.value)}`, remedy: [] };
  }
  const off = reading?.is === 'value' && isOn(reading.value) === false;
  const bridges = podBridges(facts) ?? [];
  if (bridges.length > 0 && bridges.every((bridge) => definition.flag(bridge) === true)) {
    return { ...switchedOnByBridge(definition, bridges, off), module };
  }
  return { ...(off ? judgeOff(key, facts, profile) : undetermined(key, reading, '1')), module };
}

function switchedOnByBridge({ key, attribute }: BridgeNfCall, bridges: readonly Bridge[], off: boolean): Judgement {
  const names = excerpt(bridges.map(({ name }) => name).join(', '));
  return {
    now: { verdict: 'pass', expected: '1', actual: `${off ? '0' : 'unknown'} (${names}: 1)` },
    message: `${key} is ${off ? '0' : 'not known'}, but ${names} has ${attribute} of its own`,
    why: 'a bridge that is created again starts without that flag',
    remedy: [],
  };
}

/** The kernel starts every network namespace with 1: a 0 always has a writer. */
function judgeOff(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): Judgement {
  const [writer] = switchedOffBy(key, facts, profile);
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
    remedy: [...bridgeWarning(facts), ...setSysctl(key, facts, profile, writer)],
  };
}

function suspicion(writer: Writer | undefined): string {
  return writer ? `maybe ${place(writer)}` : 'no sysctl file of the node; perhaps libvirt, tuned, a script or a person';
}
