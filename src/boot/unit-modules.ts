import type { BootInputs } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { expanded, notRun, type UnitCommand, unitCommands } from './unit-commands.ts';
import type { Unit, UnitSetting } from './unit-files.ts';
import { isSure, startedUnits, wishesOf } from './unit-starts.ts';

/** A unit that runs modprobe for a module at every boot, itself or by a script. */
export interface UnitLoad {
  readonly unit: string;
  readonly at: { readonly file: string; readonly line: number };
  readonly denylist: boolean;
  /** By the service that sets the sysctls: after it, or without any order that is followed. */
  readonly when: 'after-sysctl' | 'some-time';
}

/** What units do about a module: what is sure, and what may be, each as a clause that names its file. */
export interface UnitLoads {
  readonly loads: readonly UnitLoad[];
  readonly doubts: readonly string[];
  /** A script that would load it, and is not executable: as a clause. */
  readonly idle?: string;
}

/** Goes through the units that have to do with the module. */
export function unitLoads(module: string, boot: BootInputs): UnitLoads {
  const { units, started, scripts } = startedUnits(boot);
  const found = unitCommands(boot);
  const names = (text: string) => isAbout(text, module);
  const loads = found.commands.flatMap(({ unit, at, command, when, sure }): UnitLoad[] =>
    sure && command.does === 'modprobe' && command.modules.includes(module)
      ? [{ unit, at, denylist: command.denylist, when }]
      : [],
  );
  const loading = new Set(loads.map(({ unit }) => unit));
  const doubtful = [...units.values()].filter(({ name }) => !loading.has(name));
  const doubts = doubtful.flatMap((unit) => {
    const sure = started.has(unit.name) && isSure(unit, scripts);
    const commands = found.commands.filter((one) => one.unit === unit.name && mayLoad(one, module));
    // What a unit that is sure to start wants was gone through as a unit of its own.
    const lines = [...(sure ? [] : wishesOf(unit)), ...environmentOf(unit)].filter(({ value }) =>
      names(expanded(value, unit)),
    );
    const telling = [...commands, ...lines].map(({ at }) => `${place(at)} names ${module}`);
    return telling.length > 0 ? telling : unit.unread === undefined ? [] : [unit.unread];
  });
  const { idle, maybe } = notRun(found, names);
  return {
    loads,
    doubts: [
      ...doubts,
      ...maybe.map((at) => `${at} names ${module}`),
      ...found.unread.map((path) => `${path} was not read to its end`),
    ],
    ...(idle !== undefined && {
      idle: `${idle} would load ${module}, but that script is not executable, so it is not run`,
    }),
  };
}

/** A plain modprobe loads what it says, and nothing else. */
function mayLoad({ command, text }: UnitCommand, module: string): boolean {
  return command.does === 'modprobe' ? command.modules.includes(module) : isAbout(text, module);
}

/** What a script of it may go by. */
function environmentOf({ settings }: Unit): UnitSetting[] {
  return settings.filter(({ key }) => /^Environment(?:File)?$/.test(key));
}

function isAbout(text: string, module: string): boolean {
  return text.replaceAll('-', '_').includes(module);
}
