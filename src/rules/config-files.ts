import type { ConfigFile } from '../collect/facts.ts';

const BY_PRECEDENCE = ['/etc/', '/run/', '/usr/local/lib/', '/usr/lib/', '/lib/'];

/**
 * The files of a *.d configuration that count, in the order in which they are read: by base name over all directories; of
 * two with the same base name only that of the directory that takes precedence, and a mask among them has no lines.
 */
export function effectiveFiles(files: readonly ConfigFile[]): ConfigFile[] {
  const winners = new Map<string, ConfigFile>();
  for (const file of files) {
    const name = basename(file.path);
    const rival = winners.get(name);
    if (!rival || precedence(file.path) < precedence(rival.path)) winners.set(name, file);
  }
  return [...winners].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function precedence(path: string): number {
  const rank = BY_PRECEDENCE.findIndex((directory) => path.startsWith(directory));
  return rank < 0 ? BY_PRECEDENCE.length : rank;
}
