import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first directory of a PATH that has a program of this name; undefined: none has. */
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
