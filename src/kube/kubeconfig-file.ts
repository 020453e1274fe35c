import { accessSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { configurationError } from './errors.ts';
import { type KubeconfigDocument, mergeKubeconfigs, parseKubeconfig } from './kubeconfig-document.ts';

function read(file: string): KubeconfigDocument {
  try {
    return parseKubeconfig(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EACCES')
      throw configurationError(`error loading config file "${file}": open ${file}: permission denied`);
    if (code === 'EISDIR')
      throw configurationError(`error loading config file "${file}": read ${file}: is a directory`);
    throw error;
  }
}

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch (error) {
    // A file that is there and may not be reached is an error to report, not a reason to look elsewhere.
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

/** The files that are looked for, in order, when --kubeconfig is not given. KUBECONFIG replaces the file in the home directory. */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed;
  return [join(env.HOME || env.USERPROFILE || homedir(), '.kube', 'config')];
}

/**
 * The kubeconfig to use, of several files merged, or undefined when no file exists. With `explicit` (--kubeconfig) only that
 * file counts, and it must exist. Throws a KubeError for a file that cannot be read or parsed, even one of several.
 */
export function readKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv): KubeconfigDocument | undefined {
  if (explicit !== undefined) {
    if (!exists(explicit)) throw configurationError(`stat ${explicit}: no such file or directory`);
    return read(explicit);
  }
  const files = kubeconfigFiles(env).filter(exists);
  return files.length === 0 ? undefined : mergeKubeconfigs(files.map(read));
}
