const UNRELEASED = '## [Unreleased]';

/**
 * The changelog with what was unreleased under a version and its day, and an empty `Unreleased` above.
 * @param day as 2026-01-31
 * @throws Error where nothing is unreleased; headings alone are nothing
 */
export function release(changelog: string, version: string, day: string): string {
  const lines = sectionOf(changelog, 'Unreleased').split('\n');
  if (!lines.some((line) => line !== '' && !line.startsWith('#'))) {
    throw new Error('CHANGELOG.md has nothing under Unreleased');
  }
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${day}`);
}

/** What the changelog says of a version; empty: nothing. */
export function sectionOf(changelog: string, version: string): string {
  const begin = changelog.indexOf(`## [${version}]`);
  if (begin < 0) return '';
  const [, ...lines] = changelog.slice(begin).split('\n');
  const end = lines.findIndex((line) => line.startsWith('## ['));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
}

/** Whether a version of three numbers comes after another. */
export function isNewer(version: string, than: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number);
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  const [next, last] = [numbers(version), numbers(than)];
  const at = next.findIndex((number, index) => number !== last[index]);
  return at >= 0 && (next[at] ?? 0) > (last[at] ?? 0);
}
