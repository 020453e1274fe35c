import { isUtf8 } from 'node:buffer';
import { accessSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from '../text/advice.ts';
import { errorCode, fileError } from '../text/file-error.ts';
import { shellWord } from '../text/shell-word.ts';
import { configurationError } from './errors.ts';
import { brokenFile, type KubeconfigDocument, mergeKubeconfigs, parseKubeconfig } from './kubeconfig-document.ts';

function read(file: string): KubeconfigDocument {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw configurationError(`error loading config file "${file}": open ${file}: ${fileError(error)}`, [
      run(`ls -ld ${shellWord(file)}`, 'see whether it exists, and who may read it'),
      'name a file that you may read, with --kubeconfig or in KUBECONFIG; without both it is ~/.kube/config',
    ]);
  }
  if (!isUtf8(bytes)) throw brokenFile(file, 'yaml: invalid UTF-8');
  return parseKubeconfig(bytes.toString('utf8'), file);
}

/** Whether a file exists. One that may not be reached is an error to report, not a reason to look elsewhere. */
export function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch (error) {
    return errorCode(error) === 'EACCES';
  }
}

/**
 * The files that are looked for, in order, when --kubeconfig is not given. KUBECONFIG replaces the file in the home directory, also
 * where it is a list of nothing.
 */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  if (env.KUBECONFIG) return env.KUBECONFIG.split(delimiter).filter((file) => file !== '');
  return [join(env.HOME || env.USERPROFILE || homedir(), '.kube', 'config')];
}

/**
 * The kubeconfig to use, of several files merged; its source is empty when no file exists. With `explicit` (--kubeconfig) only that
 * file counts, and it must exist. Throws a KubeError for a file that cannot be read or parsed, even one of several.
 */
export function readKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv): KubeconfigDocument {
  if (explicit !== undefined) return read(explicit);
  return mergeKubeconfigs(kubeconfigFiles(env).filter(exists).map(read));
}
