import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));
const IMPURE = new Set(['cluster/read.ts', 'policy/read.ts']);
const FORBIDDEN_PACKAGES =
  /^(node:)?(fs|child_process|net|tls|http|https|http2|dns|dgram|process|os|worker_threads)(\/|$)|^undici(\/|$)/;
const FORBIDDEN_FOLDERS = /^(kube|cli|commands)\//;

/** Paths below src of the files that may do no input or output. */
function pureFiles(): string[] {
  const folders = [
    'text',
    'facts',
    'boot',
    'systems',
    'distributions',
    'cnis',
    'cluster',
    'rules',
    'rules/zh',
    'judge',
    'managers',
    'plan',
    'policy',
    'report',
  ].flatMap((folder) => list(folder, /\.ts$/));
  return [...folders, ...list('probe', /^envelope\.ts$/)].filter((file) => !IMPURE.has(file));
}

function list(folder: string, pattern: RegExp): string[] {
  const path = join(SOURCE, folder);
  const names = existsSync(path) ? readdirSync(path) : [];
  return names.filter((name) => pattern.test(name)).map((name) => `${folder}/${name}`);
}

/** What a file imports at run time: types vanish, so a type-only import is no import. */
function imports(text: string): string[] {
  const statements = text.matchAll(/^\s*(?:import|export)\b(?!\s+type\b)[^;'"]*?(?:\bfrom\s*)?['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]/g);
  return [...statements, ...dynamic].map(([, specifier = '']) => specifier);
}

/** The forbidden imports that a file reaches, each with the way to it. */
function reached(file: string, way: readonly string[] = [], seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const here = [...way, file];
  return imports(readFileSync(join(SOURCE, file), 'utf8')).flatMap((specifier) => {
    const next = specifier.startsWith('.') ? relative(SOURCE, join(SOURCE, dirname(file), specifier)) : undefined;
    const forbidden = next === undefined ? FORBIDDEN_PACKAGES.test(specifier) : FORBIDDEN_FOLDERS.test(next);
    if (forbidden || (next !== undefined && IMPURE.has(next))) return [[...here, next ?? specifier].join(' > ')];
    return next?.endsWith('.ts') && existsSync(join(SOURCE, next)) ? reached(next, here, seen) : [];
  });
}

test.for(pureFiles())('%s imports no input or output', (file) => {
  expect(reached(file)).toEqual([]);
});

test.for(pureFiles())('%s reads no clock, no environment and no random numbers', (file) => {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  expect(
    text.match(/\bDate\.now\(|\bnew Date\(\)|\bprocess\.[a-z]|\bMath\.random\(|\bsetTimeout\(|\bfetch\(/g),
  ).toBeNull();
});

describe('the search for imports', () => {
  test.for([
    ["import { readFileSync } from 'node:fs';", ['node:fs']],
    ["import 'undici';", ['undici']],
    ["import {\n  a,\n  type B,\n} from './a.ts';", ['./a.ts']],
    ["export * from './b.ts';", ['./b.ts']],
    ["const c = await import('./c.ts');", ['./c.ts']],
    ["import type { Node } from './kube/cluster.ts';", []],
    ["export type { Node } from './kube/cluster.ts';", []],
  ] as const)('%j imports %j', ([text, expected]) => {
    expect(imports(text)).toEqual(expected);
  });

  test('finds what is known to be impure', () => {
    expect(reached('cluster/read.ts')).toEqual(expect.arrayContaining([expect.stringContaining('kube/errors.ts')]));
  });
});
