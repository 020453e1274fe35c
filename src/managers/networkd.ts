import { mergeDirectories } from '../boot/config-directories.ts';
import type { ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { booleanOf, type Setting, settingsOf } from './settings.ts';

const ROOTS = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'] as const;

/** What to read of systemd-networkd's configuration. */
export const NETWORKD_FILES = ROOTS.flatMap((root) => [`${root}/networkd.conf`, `${root}/networkd.conf.d/*.conf`]);

/** Switches of its section [Network] that are on by default. */
export const FOREIGN = ['ManageForeignRoutingPolicyRules', 'ManageForeignRoutes'] as const;

/** Whether systemd-networkd leaves rules and routes of others alone, why not, and the line that decides it. */
export function leavesForeign(files: readonly ConfigFile[]): { right: boolean; why: string; at?: Setting['at'] } {
  const lines = FOREIGN.map((key) => ({ key, line: lineInForce(key, files) }));
  const wrong = lines.filter(({ line }) => line === undefined || booleanOf(line.value) === true);
  const why = wrong.map(({ key, line }) => `${key} ${line ? `is yes in ${place(line.at)}` : "is systemd's default"}`);
  const decisive = (wrong.length > 0 ? wrong : lines).find(({ line }) => line)?.line;
  return { right: wrong.length === 0, why: why.join(', '), ...(decisive && { at: decisive.at }) };
}

/**
 * The last line counts that is yes or no, in the order in which systemd reads the files: the first main file that there is, then the drop-ins by name, of
 * those with the same name that of the first directory.
 */
function lineInForce(key: string, files: readonly ConfigFile[]): Setting | undefined {
  const main = ROOTS.flatMap((root) => files.find(({ path }) => path === `${root}/networkd.conf`) ?? []).slice(0, 1);
  return settingsOf([...main, ...mergeDirectories(files, ROOTS).read]).findLast(
    (one) => one.section === 'Network' && one.key === key && booleanOf(one.value) !== undefined,
  );
}
