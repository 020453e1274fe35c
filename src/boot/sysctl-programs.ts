import type { ConfigFile } from '../facts/facts.ts';
import { applyProcps, applySystemd, Losses, type Only, type ProcpsPatterns } from './sysctl-apply.ts';
import { type Reading, readAsAlpine, readAsProcps, readAsSystemd } from './sysctl-files.ts';
import type { Kernel } from './sysctl-kernel.ts';
import { oldSystemdLine, type Setting, type Step } from './sysctl-lines.ts';
import type { Run } from './sysctl-value.ts';

interface Program {
  read: (files: readonly ConfigFile[]) => Reading;
  apply: (kernel: Kernel, steps: readonly Step[], only?: Only) => Losses;
}

const systemd = (skipsRedundant: boolean): Program => ({
  read: readAsSystemd,
  apply: (kernel, steps, only) => applySystemd(kernel, steps, { skipsRedundant, only }),
});

const oldSystemd = (knowsDash: boolean): Program => ({
  read: (files) => readAsSystemd(files, (line) => oldSystemdLine(line, knowsDash)),
  apply: (kernel, steps, only) => applySystemd(kernel, steps, { skipsRedundant: false, knowsPatterns: false, only }),
});

const procps = (runFirst: boolean, patterns: ProcpsPatterns): Program => ({
  read: (files) => readAsProcps(files, runFirst),
  apply: (kernel, steps) => applyProcps(kernel, steps, patterns),
});

/** What applies a node's sysctl files. Where releases differ in what they do, each is a program of its own. */
const PROGRAMS = {
  'systemd-sysctl': systemd(true),
  'systemd-sysctl before 252': systemd(false),
  'systemd-sysctl before 246': oldSystemd(true),
  'systemd-sysctl before 240': oldSystemd(false),
  'newest procps': procps(false, 'all'),
  'procps 4.0': procps(false, 'assignments'),
  'procps 3.3.17': procps(true, 'assignments'),
  'procps before 3.3.17': procps(true, 'none'),
  "Alpine's OpenRC": { read: readAsAlpine, apply: (kernel, steps) => applyProcps(kernel, steps, 'none') },
} as const satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof PROGRAMS;

/** Lets a program read the files and write to the kernel. Undefined files: they were not read, and may say anything. */
export function run(name: ProgramName, kernel: Kernel, files: readonly ConfigFile[] | undefined, only?: Only): Run {
  const { read, apply }: Program = PROGRAMS[name];
  const { steps, ignored } = files ? read(files) : { steps: [{ gap: 'the sysctl files were not read' }], ignored: [] };
  const losses = apply(kernel, steps, only);
  for (const { setting, lost } of ignored) losses.lines.set(setting, lost);
  return { kernel, settings: [...settingsOf(steps), ...ignored.map(({ setting }) => setting)], losses };
}

/** What it comes to when nothing reads the files. */
export function runNone(kernel: Kernel, files: readonly ConfigFile[] | undefined): Run {
  const { steps, ignored } = readAsSystemd(files ?? []);
  const applied = settingsOf(steps);
  const losses = new Losses();
  for (const setting of applied) losses.lines.set(setting, { fate: 'not applied' });
  for (const { setting, lost } of ignored) losses.lines.set(setting, lost);
  return { kernel, settings: [...applied, ...ignored.map(({ setting }) => setting)], losses };
}

function settingsOf(steps: readonly Step[]): Setting[] {
  return steps.filter((step): step is Setting => !('gap' in step));
}
