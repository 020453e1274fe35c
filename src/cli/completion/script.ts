import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckError, messageOf } from '../../errors.ts';
import { run } from '../../text/advice.ts';
import { directoryOf } from '../on-path.ts';

const PLUGIN = 'kubectl-netprereq';
const COMPLETER = 'kubectl_complete-netprereq';

/** The script that kubectl 1.26 and newer runs to complete the words after the plug-in's name. Silent if the plug-in was removed. */
export const SCRIPT = `#!/bin/sh
# Completes the words after "kubectl netprereq". Written by "kubectl netprereq completion"; delete it to undo that.
command -v ${PLUGIN} >/dev/null || { echo :4; exit; }
exec ${PLUGIN} __complete "$@"
`;

/**
 * Writes the script where kubectl finds it: beside the plug-in, because krew links only the plug-in.
 * @param path the PATH
 * @returns its path, and whether a file was already there: another installation may have its own
 * @throws CheckError with what to type instead
 */
export function installScript(path: string): { file: string; existed: boolean } {
  const directory = directoryOf(PLUGIN, path);
  const instead = `kubectl netprereq completion --print >DIRECTORY/${COMPLETER} && chmod +x DIRECTORY/${COMPLETER}`;
  const tries = [run(instead, 'with a directory of your PATH')];
  if (directory === undefined) throw new CheckError(`${PLUGIN} is not on the PATH`, { tries });
  const file = join(directory, COMPLETER);
  try {
    if (existsSync(file) && readFileSync(file, 'utf8') !== SCRIPT) return { file, existed: true };
    writeFileSync(file, SCRIPT, { mode: 0o755 });
    return { file, existed: false };
  } catch (error) {
    throw new CheckError(`cannot write the completion script: ${messageOf(error)}`, { tries, cause: error });
  }
}
