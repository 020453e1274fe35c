import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { modules } from './bundle.ts';
import { describeComponents } from './dist/components.ts';
import { writeIndexes } from './docs/indexes.ts';

writeIndexes();
const forTests = process.argv.includes('--for-tests');
const folder = forTests ? 'build/tests' : '.';
rmSync(`${folder}/dist`, { recursive: true, force: true });
const { metafile } = await build(modules(`${folder}/dist`, forTests));
if (process.argv.includes('--licences') && metafile !== undefined) {
  writeFileSync('dist/THIRD_PARTY_LICENSES', describeComponents(metafile).licences);
}
if (forTests) for (const part of ['bin', 'package.json']) cpSync(part, `${folder}/${part}`, { recursive: true });
for (const program of ['bin/run.js', 'bin/complete.js']) chmodSync(`${folder}/${program}`, 0o755);
