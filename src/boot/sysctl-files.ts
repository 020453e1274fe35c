import type { ConfigFile } from '../facts/facts.ts';
import { basename, compareBytes, mergeDirectories, SYSTEMD_ORDER } from './config-directories.ts';
import type { Loss } from './sysctl-apply.ts';
import { type LineReader, procpsLine, type Setting, type Step, stepsOf, systemdLine } from './sysctl-lines.ts';

/** What a program reads of a node's sysctl files. */
export interface Reading {
  steps: readonly Step[];
  /** Lines of files that it does not read. */
  ignored: readonly { setting: Setting; lost: Loss }[];
}

const RUN_FIRST = ['/run', '/etc', '/usr/local/lib', '/usr/lib', '/lib'];
const MAIN_FILE = '/etc/sysctl.conf';

/**
 * systemd-sysctl. It does not look at /etc/sysctl.conf, unless a link in sysctl.d leads there. SUSE has it apply its kernel's own file
 * (/boot/sysctl.conf-RELEASE) first.
 */
export function readAsSystemd(files: readonly ConfigFile[], line: LineReader = systemdLine): Reading {
  const { steps, ignored } = readDirectories(files, SYSTEMD_ORDER, line);
  const ofKernel = files.filter(({ path }) => path.startsWith('/boot/sysctl.conf-'));
  return {
    steps: [...ofKernel.flatMap((file) => stepsOf(file, line)), ...steps],
    ignored: [...ignored, ...ignoredLines(mainFile(files), { fate: 'not read' }, line)],
  };
}

/** `sysctl --system` of procps: the directories, and /etc/sysctl.conf at the end. Releases before 4.0 put /run before /etc. */
export function readAsProcps(files: readonly ConfigFile[], runFirst: boolean): Reading {
  const { steps, ignored } = readDirectories(files, runFirst ? RUN_FIRST : SYSTEMD_ORDER, procpsLine);
  return { steps: [...steps, ...mainFile(files).flatMap((file) => procpsSteps(file))], ignored };
}

/** Alpine's OpenRC service: directory after directory, /etc/sysctl.conf before /run; a mask replaces nothing. */
export function readAsAlpine(files: readonly ConfigFile[]): Reading {
  const { unlisted } = mergeDirectories(files);
  const replacedIn = (directories: readonly string[], file: ConfigFile) =>
    directories
      .flatMap((directory) => files.filter(({ path }) => path === `${directory}/sysctl.d/${basename(file.path)}`))
      .find(({ kind }) => kind === 'file' || kind === 'unreadable');
  const layers: [directory: string, above: string[]][] = [
    ['/lib', ['/etc', '/run']],
    ['/usr/lib', ['/etc', '/run']],
    ['/etc', ['/run']],
    ['/run', []],
  ];
  const steps: Step[] = [];
  const ignored: Reading['ignored'][number][] = [];
  for (const [directory, above] of layers) {
    if (directory === '/run') steps.push(...mainFile(files).flatMap(procpsSteps));
    for (const file of inDirectory(files, `${directory}/sysctl.d`)) {
      const by = replacedIn(above, file);
      if (by) ignored.push(...ignoredLines([file], { fate: 'file replaced', by: { file: by.path } }, procpsLine));
      else steps.push(...procpsSteps(file));
    }
  }
  return { steps: [...steps, ...gaps(unlisted)], ignored };
}

function inDirectory(files: readonly ConfigFile[], directory: string): ConfigFile[] {
  return files
    .filter(({ path }) => path === `${directory}/${basename(path)}` && path.endsWith('.conf'))
    .sort((a, b) => compareBytes(a.path, b.path));
}

function readDirectories(files: readonly ConfigFile[], order: readonly string[], read: LineReader): Reading {
  const merged = mergeDirectories(files, order);
  return {
    steps: [
      ...merged.read.flatMap((file) => (read === procpsLine ? procpsSteps(file) : stepsOf(file, read))),
      ...gaps(merged.unlisted),
    ],
    ignored: merged.replaced.flatMap(({ file, by }) =>
      ignoredLines([file], { fate: 'file replaced', by: { file: by.path } }, read),
    ),
  };
}

/** procps takes the file's own name for a pattern, and may read others in its place. */
function procpsSteps(file: ConfigFile): readonly Step[] {
  if (/[*?[{~\\]/.test(file.path)) return gaps([file.path]);
  return stepsOf(file, procpsLine);
}

// A file that cannot be seen may stand in for any other, so that nothing that was read is sure: the gap comes last.
function gaps(paths: readonly string[]): Step[] {
  return paths.map((path) => ({ gap: `${path} could not be read` }));
}

function mainFile(files: readonly ConfigFile[]): ConfigFile[] {
  return files.filter(({ path }) => path === MAIN_FILE);
}

function ignoredLines(files: readonly ConfigFile[], lost: Loss, read: LineReader): Reading['ignored'] {
  const steps = files.flatMap((file) => stepsOf(file, read));
  return steps.flatMap((step) => ('gap' in step ? [] : [{ setting: step, lost }]));
}
