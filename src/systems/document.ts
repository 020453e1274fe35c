import { MODULES_FILE, SYSCTL_FILE } from './own-files.ts';
import type { Lacking } from './system.ts';

/** Settings as files, as fix would write them. */
export function filesOf({ modules, sysctls }: Lacking): { path: string; lines: readonly string[] }[] {
  return [
    { path: MODULES_FILE, lines: modules },
    { path: SYSCTL_FILE, lines: sysctls.map(({ key, to }) => `${key} = ${to}`) },
  ].filter(({ lines }) => lines.length > 0);
}

/** Lines with as many blanks before each. */
export function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => ' '.repeat(by) + line);
}
