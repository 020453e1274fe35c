import { posix } from 'node:path';
import { type Blockers, commentedOut, type Obstacle } from '../../../src/boot/obstacles.ts';
import type { Tree } from './sysctl-tree.ts';

/** The tree after somebody did what a finding tells: took every obstacle out of the way, and added a line where one is needed. */
export function mended(tree: Tree, { obstacles, ownLine }: Blockers, ownFile: string, line: string): Tree {
  const after: Tree = { ...tree, entries: new Map(tree.entries) };
  for (const obstacle of obstacles) takeAway(after, obstacle);
  if (ownLine) after.entries.set(ownFile, { lines: [line], end: '\n' });
  return after;
}

function takeAway(tree: Tree, obstacle: Obstacle): void {
  if ('unit' in obstacle) {
    delete tree.masked;
  } else if ('commandLine' in obstacle) {
    const word = ([path, value]: [string, string]) => `sysctl.${path.replaceAll('/', '.')}=${value}`;
    tree.parameters = (tree.parameters ?? []).filter((one) => word(one) !== obstacle.commandLine);
  } else {
    commentOut(tree, obstacle.file, obstacle.line);
  }
}

/** In the file itself, or in one of the same name in /etc where it is a package's. */
function commentOut({ entries }: Tree, path: string, line: number): void {
  const standIn = path.replace(/^\/(?:usr\/lib|lib|run)\//, '/etc/');
  const from = entries.has(standIn) ? standIn : path;
  const [at, entry] = behindLinks(entries, from);
  if (!entry || !('lines' in entry)) throw new Error(`${path} is no file`);
  const lines = entry.lines.map((text, index) => (index + 1 === line ? commentedOut(text) : text));
  entries.set(from === standIn || standIn === path ? at : standIn, { ...entry, lines });
}

function behindLinks(entries: Tree['entries'], path: string) {
  let at = path;
  for (let entry = entries.get(at); entry && 'link' in entry; entry = entries.get(at)) {
    at = posix.resolve(posix.dirname(at), entry.link);
  }
  return [at, entries.get(at)] as const;
}
