import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first directory of the PATH with a program of this name; undefined: there is none. */
export function directoryOf(program: string, path: string): string | undefined {
  return path.split(delimiter).find((one) => one !== '' && isExecutable(join(one, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
