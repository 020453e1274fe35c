import type { ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { mergeDirectories } from './config-directories.ts';

/**
 * Where a list names the module all the same though nobody will ask for it, and why that does not count, as a clause; for a person
 * who looks at the file and finds the name there.
 */
export function nearMiss(
  files: readonly ConfigFile[],
  module: string,
  reader: 'systemd' | 'alpine',
): string | undefined {
  const { read, replaced } = mergeDirectories(files);
  const named = files.flatMap((file) => {
    const line = file.lines.find(({ text }) => text.replaceAll('-', '_').includes(module));
    return line ? [{ file, line: line.number }] : [];
  });
  const [first] = named;
  if (!first) return undefined;
  const { file } = first;
  const by = replaced.find((other) => other.file === file)?.by;
  const where = place({ file: file.path, line: first.line });
  if (reader === 'systemd' && by) return `${where} names ${module}, but ${standsInFor(by)}`;
  if (read.includes(file) || reader === 'alpine') return `${where} names ${module}, but not alone on its line`;
  const elsewhere = file.path.includes('/modules-load.d/')
    ? 'because its name does not end in .conf'
    : 'because it is not in modules-load.d';
  const without = file.path === '/etc/modules' ? 'without a link to it in modules-load.d' : elsewhere;
  return `${where} names ${module}, but systemd does not read that file ${without}`;
}

function standsInFor({ kind, path }: ConfigFile): string {
  const what = kind === 'mask' ? ' (a link to /dev/null)' : '';
  return `${excerpt(path, 128)}${what} replaces that file`;
}
