import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { isNewer, release, sectionOf } from './dist/changelog.ts';

/**
 * Prepares a release on this machine, and publishes nothing: version, changelog, build, checks, commit and tag. docs/releasing.md has more.
 *   npm run release -- 0.2.0         does it
 *   npm run release -- --notes FILE  writes what the changelog says of the version that package.json has; the workflow runs this at the tag
 */
const [word, file] = process.argv.slice(2);
const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'inherit' });
const changelog = () => readFileSync('CHANGELOG.md', 'utf8');

try {
  if (word === '--notes' && file !== undefined) writeNotes(file);
  else prepare(word);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

function writeNotes(path: string): void {
  const { version } = manifest;
  const tag = process.env.GITHUB_REF_NAME;
  if (tag !== undefined && tag !== `v${version}`) throw new Error(`the tag ${tag} is not v${version}`);
  const notes = sectionOf(changelog(), version);
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${notes}\n`);
}

function prepare(version: string | undefined): void {
  if (version === undefined || !isNewer(version, manifest.version)) {
    throw new Error(`usage: npm run release -- VERSION, with three numbers, and newer than ${manifest.version}`);
  }
  if (execFileSync('git', ['status', '--porcelain']).length > 0) throw new Error('the work tree has changes');
  const released = release(changelog(), version, new Date().toISOString().slice(0, 10));
  run('npm', 'version', version, '--no-git-tag-version');
  writeFileSync('CHANGELOG.md', released);
  // The documents name the version.
  run('npm', 'run', 'docs');
  for (const script of ['lint', 'typecheck', 'dist', 'test:dist']) run('npm', 'run', script);
  run('git', 'commit', '--all', '--message', `Release ${version}`);
  run('git', 'tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
  console.log(`\nTo publish it: git push --follow-tags`);
}
