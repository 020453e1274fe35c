import type { ClusterProfile } from '../cluster/profile.ts';
import { isOn } from './comparator.ts';
import { setSysctl } from './remedy.ts';
import { passes, unknown } from './result.ts';
import type { NowResult, Requirement } from './rule.ts';

/**
 * A line of a sysctl file switches each of these sysctls on, whatever they hold now: something applies the files again.
 * @param keysOf which of them concern a cluster
 */
export function onInFiles(
  keys: readonly string[],
  keysOf: (profile: ClusterProfile) => readonly string[],
): Requirement {
  const to = '1';
  const right = (value: string) => isOn(value) === true;
  return {
    reads: { sysctls: keys },
    now: (node): NowResult => {
      const values = keysOf(node.profile).map((key) => ({ key, value: node.boot.reapply(key) }));
      const wrong = values.filter(
        ({ value }) => !(value.is === 'value' && 'file' in value.source && right(value.value)),
      );
      const [first] = wrong;
      if (!first) {
        return passes(to, to, 'sysctl files keep it');
      }
      const { key, value } = first;
      const line = value.is === 'value' && 'file' in value.source ? value.source : undefined;
      const remedy = wrong.flatMap((one) => setSysctl(one.key, to, right, node, true));
      if (value.is === 'unknown') {
        const message = `the value that sysctl files give ${key} is unknown`;
        return { ...unknown(to, message, remedy), why: value.because };
      }
      return line && value.is === 'value'
        ? {
            now: { verdict: 'fail', expected: to, actual: value.value, cause: 'overridden', source: line },
            message: `a sysctl file sets ${key} to ${value.value}`,
            why: `${line.file}:${line.line} says so`,
            remedy,
          }
        : {
            now: { verdict: 'fail', expected: to, actual: 'no line', cause: 'unset' },
            message: `no sysctl file sets ${key}`,
            remedy,
          };
    },
    explain: {
      now: [
        'Read: which value the sysctl files of the node would set if they were applied again. The value now does not count.',
      ],
      boot: ['Judged by the rules of the same sysctls.'],
      causes: [],
    },
  };
}
