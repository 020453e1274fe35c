import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { isNewer, release, sectionOf } from '../../scripts/dist/changelog.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.1.0] - 2026-01-31

- The first.
`;

describe('the changelog', () => {
  test('of a release has what was unreleased under its version and day, and an empty section above', () => {
    const released = release(CHANGELOG, '0.2.0', '2026-03-01');
    expect(released).toBe(CHANGELOG.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [0.2.0] - 2026-03-01\n'));
    expect(sectionOf(released, 'Unreleased')).toBe('');
    expect(sectionOf(released, '0.2.0')).toBe('### Added\n\n- Something new.');
    expect(sectionOf(released, '0.1.0')).toBe('- The first.');
  });

  test('with nothing unreleased is not released, so no version is released twice', () => {
    const released = release(CHANGELOG, '0.2.0', '2026-03-01');
    expect(() => release(released, '0.3.0', '2026-03-02')).toThrow('nothing under Unreleased');
    expect(() => release('# Changelog\n', '0.3.0', '2026-03-02')).toThrow('nothing under Unreleased');
    expect(() => release(CHANGELOG.replace('- Something new.\n', ''), '0.3.0', '2026-03-02')).toThrow('nothing under');
  });

  test.for(['0.3.0', '0.1', '0.1.00', ''])('says nothing of version %j', (version) => {
    expect(sectionOf(CHANGELOG, version)).toBe('');
  });

  test('is one that can be released, or has been', () => {
    const own = readFileSync(join(import.meta.dirname, '..', '..', 'CHANGELOG.md'), 'utf8');
    expect(sectionOf(own, 'Unreleased') + sectionOf(own, manifest.version)).not.toBe('');
  });
});

test.for<[string, string, boolean]>([
  ['0.1.1', '0.1.0', true],
  ['0.10.0', '0.9.9', true],
  ['1.0.0', '0.99.99', true],
  ['0.1.0', '0.1.0', false],
  ['0.1.0', '0.1.1', false],
  ['0.9.9', '1.0.0', false],
  ['v0.2.0', '0.1.0', false],
  ['0.2', '0.1.0', false],
  ['0.2.0-rc.1', '0.1.0', false],
  ['0.2.0 ', '0.1.0', false],
  ['patch', '0.1.0', false],
])('%j after %j can be released: %j', ([version, last, expected]) => {
  expect(isNewer(version, last)).toBe(expected);
});

describe('npm run release', () => {
  let directory: string;
  const file = () => join(directory, 'CHANGELOG.md');
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'netprereq-release-'));
    const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args], { stdio: 'pipe' });
    writeFileSync(file(), CHANGELOG.replace('- Something new.', ''));
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'first');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function attempt(args: string[], env: Record<string, string> = {}) {
    const script = join(import.meta.dirname, '..', '..', 'scripts', 'release.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return { code: status, stdout, stderr };
  }

  test.for<[string, string[], string]>([
    [
      'no version',
      [],
      `error: usage: npm run release -- VERSION, with three numbers, and newer than ${manifest.version}\n`,
    ],
    [
      'the same version',
      [manifest.version],
      `error: usage: npm run release -- VERSION, with three numbers, and newer than ${manifest.version}\n`,
    ],
    ['nothing to release', ['99.0.0'], 'error: CHANGELOG.md has nothing under Unreleased\n'],
  ])('refuses %s, in one line', ([, args, message]) => {
    expect(attempt(args)).toEqual({ code: 1, stdout: '', stderr: message });
  });

  test('refuses a work tree with changes, and changes nothing', () => {
    writeFileSync(file(), CHANGELOG);
    expect(attempt(['99.0.0'])).toEqual({ code: 1, stdout: '', stderr: 'error: the work tree has changes\n' });
    expect(readFileSync(file(), 'utf8')).toBe(CHANGELOG);
  });

  test.for<[string, string]>([
    ['v99.0.0', `the tag v99.0.0 is not v${manifest.version}`],
    [`v${manifest.version}`, `CHANGELOG.md says nothing of ${manifest.version}`],
  ])('writes no notes of a release that is not this one, at the tag %s', ([tag, message]) => {
    writeFileSync(file(), CHANGELOG.replace(/## \[0[\s\S]*/, ''));
    const { code, stderr } = attempt(['--notes', 'notes.md'], { GITHUB_REF_NAME: tag });
    expect([code, stderr]).toEqual([1, `error: ${message}\n`]);
  });

  test('writes what the changelog says of a release, as notes', () => {
    writeFileSync(file(), CHANGELOG.replace('[0.1.0]', `[${manifest.version}]`));
    expect(attempt(['--notes', 'out/notes.md'], { GITHUB_REF_NAME: `v${manifest.version}` }).code).toBe(0);
    expect(readFileSync(join(directory, 'out', 'notes.md'), 'utf8')).toBe('- The first.\n');
  });
});
