import type { SysctlKey } from '../boot/sysctl-keys.ts';
import { bootValue } from '../boot/sysctl-node.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { isOn } from './reading.ts';

/** A line that sets a sysctl, with the value as the file has it. */
export interface Writer {
  file: string;
  line: number;
  value: string;
}

/** Lines that switch the sysctl off, the one that will decide the next boot first. */
export function switchedOffBy(key: SysctlKey, facts: NodeFacts, profile: ClusterProfile): Writer[] {
  // The running kernel has the key, whatever is known of how its module came.
  const value = bootValue(key, facts, profile, 'before');
  const decides = value.is === 'value' && 'file' in value.source ? [{ ...value.source, value: value.value }] : [];
  const others = value.others
    .filter(({ fate }) => fate !== 'file replaced' && fate !== 'refused')
    .map(({ file, line, value: text }) => ({ file, line, value: text }));
  return [...decides, ...others.reverse()].filter(({ value: text }) => isOn(text) === false);
}
