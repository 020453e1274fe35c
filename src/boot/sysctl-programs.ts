import type { ConfigFile } from '../facts/facts.ts';
import { remembered } from '../text/remembered.ts';
import { applyProcps, applySystemd, Losses, type Only, type ProcpsPatterns } from './sysctl-apply.ts';
import { type Reading, readAsAlpine, readAsProcps, readAsSystemd } from './sysctl-files.ts';
import type { Kernel } from './sysctl-kernel.ts';
import { type LineReader, laxSystemdLine, oldSystemdLine, type Setting, type Step } from './sysctl-lines.ts';
import type { Run } from './sysctl-value.ts';

interface Program {
  read: (files: readonly ConfigFile[]) => Reading;
  apply: (kernel: Kernel, steps: readonly Step[], only?: Only) => Losses;
}

const readNew: Program['read'] = (files) => readAsSystemd(files);
const readLax: Program['read'] = (files) => readAsSystemd(files, laxSystemdLine);
const readEtcFirst: Program['read'] = (files) => readAsProcps(files, false);
const readRunFirst: Program['read'] = (files) => readAsProcps(files, true);

const systemd = (isNew: boolean): Program => ({
  read: isNew ? readNew : readLax,
  apply: (kernel, steps, only) => applySystemd(kernel, steps, { skipsRedundant: isNew, only }),
});

const oldSystemd = (knowsDash: boolean): Program => ({
  read: readerOf((line) => oldSystemdLine(line, knowsDash)),
  apply: (kernel, steps, only) => applySystemd(kernel, steps, { skipsRedundant: false, knowsPatterns: false, only }),
});

/** The same function for each call, so that what it read of a file is remembered. */
function readerOf(line: LineReader): Program['read'] {
  return (files) => readAsSystemd(files, line);
}

const procps = (read: Program['read'], patterns: ProcpsPatterns): Program => ({
  read,
  apply: (kernel, steps) => applyProcps(kernel, steps, patterns),
});

/** What applies a node's sysctl files. Where releases differ in what they do, each is a program of its own. */
const PROGRAMS = {
  'systemd-sysctl': systemd(true),
  'systemd-sysctl before 252': systemd(false),
  'systemd-sysctl before 245': oldSystemd(true),
  'systemd-sysctl before 240': oldSystemd(false),
  'newest procps': procps(readEtcFirst, 'all'),
  'procps 4.0': procps(readEtcFirst, 'assignments'),
  'procps 3.3.17': procps(readRunFirst, 'assignments'),
  "Ubuntu 22.04's procps": procps(readEtcFirst, 'none'),
  'procps before 3.3.17': procps(readRunFirst, 'none'),
  "Alpine's OpenRC": { read: readAsAlpine, apply: (kernel, steps) => applyProcps(kernel, steps, 'none') },
} as const satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof PROGRAMS;

const readBy = remembered((files: readonly ConfigFile[], read: Program['read']) => read(files));

/** Lets a program read the files and write to the kernel. Undefined files: they were not read, and may say anything. */
export function run(name: ProgramName, kernel: Kernel, files: readonly ConfigFile[] | undefined, only?: Only): Run {
  const { read, apply }: Program = PROGRAMS[name];
  const { steps, ignored } = files
    ? readBy(files, read)
    : { steps: [{ gap: 'the sysctl files were not read' }], ignored: [] };
  const losses = apply(kernel, steps, only);
  for (const { setting, lost } of ignored) losses.lines.set(setting, lost);
  return { kernel, settings: [...settingsOf(steps), ...ignored.map(({ setting }) => setting)], losses };
}

const NOTHING: Reading = { steps: [], ignored: [] };

/** What it comes to when nothing reads the files. */
export function runNone(kernel: Kernel, files: readonly ConfigFile[] | undefined): Run {
  const { steps, ignored } = files ? readBy(files, readNew) : NOTHING;
  const applied = settingsOf(steps);
  const losses = new Losses();
  for (const setting of applied) losses.lines.set(setting, { fate: 'not applied' });
  for (const { setting, lost } of ignored) losses.lines.set(setting, lost);
  return { kernel, settings: [...applied, ...ignored.map(({ setting }) => setting)], losses };
}

function settingsOf(steps: readonly Step[]): Setting[] {
  return steps.filter((step): step is Setting => !('gap' in step));
}
