import type { ConfigFile } from '../facts/facts.ts';

/** Where *.d directories stand, the one that takes precedence first; the probe names /lib only where it is not /usr/lib. */
export const SYSTEMD_ORDER = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'] as const;

/** Where people put files by mistake, and nobody looks (the probe names them for a hint). */
const MISTAKEN = /^\/etc\/(?:modules|module-load|modules\.load|sysconf|sysctl\.conf|syctl|sysctrl)\.d\//;

/** The *.conf files (or of another suffix) of a configuration that is spread over several directories. */
export interface MergedFiles {
  /** Those that are read, in the order in which they are read. A mask, or what is no file, is among them and has no lines. */
  read: ConfigFile[];
  /** Those that one of the same name in a directory of higher precedence replaces. */
  replaced: { file: ConfigFile; by: ConfigFile }[];
  /** Directories that could not be listed: any file may stand in them. */
  unlisted: string[];
}

/**
 * Merges the files of one kind of *.d directory: of those with the same base name only that of the directory that comes
 * first in the order counts, whatever it is, and the rest is read by base name. Files outside of *.d directories
 * (/etc/sysctl.conf, /etc/modules) are left out.
 */
export function mergeDirectories(
  files: readonly ConfigFile[],
  order: readonly string[] = SYSTEMD_ORDER,
  suffix = '.conf',
): MergedFiles {
  const rank = ({ path }: ConfigFile) => order.indexOf(directoryOf(directoryOf(path)));
  const inOrder = files
    .filter((file) => rank(file) >= 0 && file.path.endsWith(suffix) && !MISTAKEN.test(file.path))
    .sort((a, b) => rank(a) - rank(b));
  const winners = new Map<string, ConfigFile>();
  const replaced: MergedFiles['replaced'] = [];
  for (const file of inOrder) {
    const by = winners.get(basename(file.path));
    if (by) replaced.push({ file, by });
    else winners.set(basename(file.path), file);
  }
  return {
    read: [...winners].sort(([a], [b]) => compareBytes(a, b)).map(([, file]) => file),
    replaced,
    unlisted: files
      .filter(({ path }) => path.endsWith('.d') && order.includes(directoryOf(path)))
      .map(({ path }) => path),
  };
}

/** Only what is in here makes the order of UTF-16 units another one than that of UTF-8's bytes. */
const UNLIKE_BYTES = /[\ud800-\uffff]/;

/** As strcmp(3) orders names: JavaScript's own order, by UTF-16 units, differs from that of the bytes. */
export function compareBytes(a: string, b: string): number {
  if (!UNLIKE_BYTES.test(a) || !UNLIKE_BYTES.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The last component of an absolute path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
