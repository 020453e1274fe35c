import { run } from '../text/advice.ts';
import { singleQuoted } from '../text/shell-word.ts';
import { MODULES_FILE, SYSCTL_FILE } from './own-files.ts';
import { AT_ONCE, type System } from './system.ts';

/** Keeps what other prerequisites put there; run twice, the line is there twice, which is harmless in both files. */
export function append(line: string, file: string): string {
  return `echo ${singleQuoted(line)} >>${file}`;
}

/** An ordinary distribution with systemd; also what is not recognised. */
export const systemd: System = {
  id: 'systemd',
  title: 'systemd (Debian, Ubuntu, the Red Hat family, SUSE, Arch and others)',
  is: () => true,
  filesNotWritten: () => undefined,
  editable: true,
  packaged: true,
  ...AT_ONCE,
  keepModule: (module) => [run(append(module, MODULES_FILE))],
  keepSysctl: (key, to) => [run(append(`${key} = ${to}`, SYSCTL_FILE))],
};
