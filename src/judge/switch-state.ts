import type { BootValue } from '../boot/sysctl-value.ts';
import type { State } from '../rules/rule.ts';
import { excerpt } from '../text/excerpt.ts';
import { isOn } from './reading.ts';

/** A switch that should be on, as a simulation leaves it. */
export function switchState(value: BootValue): State {
  if (value.is === 'unknown' || value.is === 'unset')
    return { verdict: 'unknown', expected: '1', actual: null, cause: 'undetermined' };
  if (value.is === 'absent') return { verdict: 'fail', expected: '1', actual: 'absent', cause: 'undetermined' };
  const source = sourceOf(value);
  const state = { expected: '1', actual: excerpt(value.value), ...(source && { source }) };
  if (isOn(value.value)) return { ...state, verdict: 'pass' };
  return { ...state, verdict: 'fail', cause: source ? 'overridden' : 'unset' };
}

/** What gave a sysctl its value; undefined: nothing did. */
export function sourceOf(value: BootValue): State['source'] {
  if (value.is !== 'value') return undefined;
  const { source } = value;
  if ('file' in source) return { file: source.file, line: source.line };
  if ('agent' in source) return { agent: source.agent };
  return 'commandLine' in source ? { file: '/proc/cmdline' } : undefined;
}
