import { posix } from 'node:path';
import type { ConfigFile } from '../../../src/facts/facts.ts';
import { contentOf, type Entry, type Tree } from './sysctl-tree.ts';

/** A tree's files as a probe would bring them that leaves no line out. */
export function filesOf(tree: Tree): ConfigFile[] {
  return [...tree.entries]
    .filter(([path]) => path.endsWith('.conf'))
    .map(([path, entry]) => ({ path: decode(path), ...fileOf(tree, path, entry) }));
}

function fileOf(tree: Tree, path: string, entry: Entry): Omit<ConfigFile, 'path'> {
  const at = 'link' in entry ? destination(tree, path) : path;
  if (at === '/dev/null') return { kind: 'mask', lines: [] };
  const found = tree.entries.get(at);
  if (!found || !('lines' in found)) return { kind: 'other', lines: [] };
  const lines = decode(contentOf(found)).split('\n');
  return { kind: 'file', lines: lines.map((text, i) => ({ number: i + 1, text })) };
}

/** Where a chain of links ends; the tenth link is taken for a loop, which leads nowhere. */
function destination(tree: Tree, path: string): string {
  let at = path;
  for (let hops = 0; hops < 10; hops++) {
    const entry = tree.entries.get(at);
    if (!entry || !('link' in entry)) return at;
    at = posix.resolve(posix.dirname(at), entry.link);
  }
  return '';
}

function decode(latin1: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(latin1, 'latin1'));
}
