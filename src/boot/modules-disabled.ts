import type { BootInputs } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { globMatches, isGlob } from './glob.ts';
import { type ModuleBoot, type ModuleBootFacts, unknown } from './module-boot.ts';
import { inRunlevel, isAlpineOpenrc } from './openrc.ts';
import { serviceState } from './service.ts';
import { readAsAlpine, readAsSystemd } from './sysctl-files.ts';
import { writtenInteger } from './sysctl-integer.ts';
import type { Setting, Step } from './sysctl-lines.ts';

/** Whether setting the sysctls forbids to load modules from then on, and which line does. */
export type Forbidden =
  | { readonly is: 'no' }
  | { readonly is: 'yes'; readonly at: { readonly file: string; readonly line: number } }
  | { readonly is: 'unknown'; readonly because: string };

const PATH = 'kernel/modules_disabled';

/** What becomes of kernel.modules_disabled. The kernel takes nothing but 1, and keeps that. */
export function modulesDisabled(boot: BootInputs, alpine: boolean): Forbidden {
  const { init, sysctl } = boot;
  if (!sysctl) return { is: 'unknown', because: 'sysctl.d was not read, and may forbid loading modules' };
  if (alpine) return inRunlevel(boot, 'sysctl') === false ? { is: 'no' } : written(readAsAlpine(sysctl).steps);
  const service = serviceState('systemd-sysctl.service', boot).is;
  if (init === 'systemd' && service === 'off') return { is: 'no' };
  const found = bySystemd(readAsSystemd(sysctl).steps);
  if (found.is !== 'yes' || (init === 'systemd' && service === 'runs')) return found;
  return { is: 'unknown', because: `whether anything applies ${place(found.at)} is not known` };
}

/** systemd writes the last line of a key only, and patterns where no line has the key itself. */
function bySystemd(steps: readonly Step[]): Forbidden {
  const own = steps.findLastIndex((step) => !('gap' in step) && step.path === PATH);
  const gap = steps.findLast((step, i) => 'gap' in step && i > own);
  if (gap && 'gap' in gap) return missing(gap.gap);
  const line = steps[own];
  if (line && !('gap' in line)) return written([line]);
  const patterns = new Map<string, Setting>();
  for (const step of steps) if (!('gap' in step)) patterns.set(step.path, step);
  return written([...patterns.values()]);
}

/** What comes of lines that are all written, in this order. */
function written(steps: readonly Step[]): Forbidden {
  for (const step of steps) {
    if ('gap' in step || step.value === undefined) continue;
    if (!(isGlob(step.path) ? globMatches(step.path, PATH) : step.path === PATH)) continue;
    const value = writtenInteger(step.value);
    if (value.is === 'value' && value.value === '1') return { is: 'yes', at: { file: step.file, line: step.line } };
    if (value.is === 'unknown') return { is: 'unknown', because: `what ${step.file}:${step.line} writes is not known` };
  }
  const gap = steps.find((step) => 'gap' in step);
  return gap && 'gap' in gap ? missing(gap.gap) : { is: 'no' };
}

function missing(gap: string): Forbidden {
  return { is: 'unknown', because: `${gap}, and may forbid loading modules` };
}

/** Setting the sysctls may forbid to load modules from then on. */
export function unlessForbidden({ boot, os }: ModuleBootFacts, answer: ModuleBoot): ModuleBoot {
  const forbidden = modulesDisabled(boot, isAlpineOpenrc({ boot, os }));
  if (forbidden.is === 'no') return answer;
  if (forbidden.is === 'unknown') return unknown(`${answer.because}, but ${forbidden.because}`);
  const stoppedBy = forbidden.at;
  const because = `${place(stoppedBy)} forbids loading modules after that`;
  if (answer.present === 'some-time') return unknown(`${answer.because}, but ${because}`);
  return { present: 'never', because, stoppedBy };
}
