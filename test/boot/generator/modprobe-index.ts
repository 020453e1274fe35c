import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The modules of a made-up kernel: what each needs (in the order of modules.dep), and which are built in. */
export interface MadeUpKernel {
  dependencies: Readonly<Record<string, readonly string[]>>;
  builtin: readonly string[];
}

const HAS_CHILDREN = 0x20000000;
const HAS_VALUES = 0x40000000;

/**
 * Writes root/lib/modules/version with the binary indexes that libkmod looks things up in. The modules themselves are empty files: depmod
 * would want real ones.
 */
export function writeKernel(root: string, version: string, { dependencies, builtin }: MadeUpKernel): string {
  const directory = join(root, 'lib/modules', version);
  const path = (name: string) => `kernel/${name}.ko`;
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(directory, path(name))), { recursive: true });
    writeFileSync(join(directory, path(name)), '');
  }
  mkdirSync(directory, { recursive: true });
  const lines = Object.entries(dependencies).map(
    ([name, needs]) => [name, `${path(name)}:${needs.map((other) => ` ${path(other)}`).join('')}`] as const,
  );
  writeFileSync(join(directory, 'modules.dep'), lines.map(([, line]) => `${line}\n`).join(''));
  writeFileSync(join(directory, 'modules.dep.bin'), index(new Map(lines)));
  writeFileSync(join(directory, 'modules.builtin.bin'), index(new Map(builtin.map((name) => [name, '']))));
  for (const empty of ['alias', 'symbols', 'builtin.alias']) {
    writeFileSync(join(directory, `modules.${empty}.bin`), index(new Map()));
  }
  return directory;
}

/** kmod's index: a trie of nodes, children before parents, behind a header that names the root. */
function index(entries: ReadonlyMap<string, string>): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(0xb007f457, 0);
  header.writeUInt32BE(0x00020001, 4);
  const parts: Buffer[] = [header];
  let size = header.length;

  function node(prefix: string): number {
    const below = [...entries.keys()].filter((key) => key.startsWith(prefix) && key !== prefix);
    const characters = below.map((key) => key.charCodeAt(prefix.length));
    const children = characters.length > 0 ? childTable(prefix, characters) : undefined;
    const value = entries.get(prefix);
    const body = [...(children ? [children] : []), ...(value === undefined ? [] : [valueTable(value)])];
    const offset = size;
    for (const part of body) {
      parts.push(part);
      size += part.length;
    }
    return (offset | (children ? HAS_CHILDREN : 0) | (value === undefined ? 0 : HAS_VALUES)) >>> 0;
  }

  function childTable(prefix: string, characters: readonly number[]): Buffer {
    const first = Math.min(...characters);
    const last = Math.max(...characters);
    const table = Buffer.alloc(2 + 4 * (last - first + 1));
    table.writeUInt8(first, 0);
    table.writeUInt8(last, 1);
    for (const character of new Set(characters)) {
      table.writeUInt32BE(node(prefix + String.fromCharCode(character)), 2 + 4 * (character - first));
    }
    return table;
  }

  if (entries.size > 0) header.writeUInt32BE(node(''), 8);
  return Buffer.concat(parts);
}

function valueTable(value: string): Buffer {
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(1, 0);
  return Buffer.concat([counts, Buffer.from(`${value}\0`)]);
}
