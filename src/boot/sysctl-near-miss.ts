import { distance } from 'fastest-levenshtein';
import type { ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { excerpt } from '../text/excerpt.ts';
import { mergeDirectories } from './config-directories.ts';
import { interfaceOf } from './sysctl-interfaces.ts';
import { SPECIAL_PATHS, type SysctlKey, sysctl, usualName } from './sysctl-keys.ts';
import { stepsOf, systemdLine } from './sysctl-lines.ts';

/** How many characters may be wrong. */
const WRONG = 2;

/**
 * A line by which somebody meant to set the sysctl, and which sets nothing: in a file that nobody reads, or with a key that is misspelt. A
 * clause, for a person who looks at the file and finds it there.
 */
export function sysctlNearMiss(key: SysctlKey, files: readonly ConfigFile[] = []): string | undefined {
  const { paths } = sysctl(usualName(key));
  const { read, replaced } = mergeDirectories(files);
  const merged = new Set([...read, ...replaced.map(({ file }) => file)]);
  for (const file of files) {
    for (const step of stepsOf(file, systemdLine)) {
      if ('gap' in step || step.value === undefined) continue;
      const sets = `${place(step)} sets`;
      if (paths.includes(step.path)) {
        const why = unreadBecause(file.path);
        if (!merged.has(file) && why !== undefined) return `${sets} it, but nothing reads that file: ${why}`;
      } else if (isMisspelt(step.path, paths[0])) {
        return `${sets} ${excerpt(swapDotsAndSlashes(step.path), 80)}, which no kernel has`;
      }
    }
  }
  return undefined;
}

/** What is not read where; undefined: something does. */
function unreadBecause(path: string): string | undefined {
  if (path === '/etc/sysctl.conf' || path.startsWith('/boot/')) return undefined;
  return /\/sysctl\.d\/[^/]+$/.test(path) ? 'its name does not end in .conf' : 'it is not in /etc/sysctl.d';
}

/** Whether nearly the same is written there, and it is no key that a kernel has. */
function isMisspelt(path: string, wanted: string): boolean {
  if (SPECIAL_PATHS.includes(path) || interfaceOf(path) || /[*?[]|\/(?:all|default)\/|-arptables$/.test(path))
    return false;
  // bridge-nf-call-… without its directory is an old mistake, and so are underscores.
  const plain = (text: string) => text.replaceAll(/[-_./]/g, '').replace('netbridgenf', 'netbridgebridgenf');
  return distance(plain(path), plain(wanted)) <= WRONG;
}
