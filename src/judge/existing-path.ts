import { pathExists } from '../facts/read.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Requirement } from './rule.ts';

/**
 * A path that must exist on the node, because the kernel shows a feature by it.
 * @param feature what it shows, as the subject of a sentence
 * @param helps what a person can do where it does not exist
 */
export function existingPath(path: string, feature: string, helps: string): Requirement {
  return {
    reads: { paths: [path] },
    now({ facts }) {
      const exists = pathExists(facts, path);
      const known = exists !== 'unread';
      return {
        now: {
          verdict: known ? (exists ? 'pass' : 'fail') : 'unknown',
          expected: 'present',
          actual: known ? (exists ? 'present' : 'absent') : null,
          ...(exists !== true && { cause: known ? 'value' : 'undetermined' }),
        },
        message: known
          ? `${feature} ${exists ? 'is available' : 'is not available'}: ${excerpt(path)} ${exists ? 'exists' : 'does not exist'}`
          : `whether ${excerpt(path)} exists is not known`,
        remedy: exists === false ? [helps.replaceAll('`', '')] : [],
      };
    },
    explain: {
      now: [`Read: whether \`${path}\` exists.`],
      boot: ['Not judged: it concerns the running kernel only.'],
      causes: [{ cause: 'value', helps }],
    },
  };
}
