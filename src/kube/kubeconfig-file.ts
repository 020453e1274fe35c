import { isUtf8 } from 'node:buffer';
import { accessSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { shellWord } from '../text/shell-word.ts';
import { configurationError } from './errors.ts';
import { brokenFile, type KubeconfigDocument, mergeKubeconfigs, parseKubeconfig } from './kubeconfig-document.ts';

/** What the file system's codes mean, and what to type. */
const UNREADABLE: Readonly<Record<string, (file: string) => { what: string; tries: string[] }>> = {
  EACCES: (file) => ({
    what: `open ${file}: permission denied`,
    tries: [
      `see who may read it: ls -l ${shellWord(file)}`,
      `as one who may, make a copy for yourself, and name it with --kubeconfig`,
    ],
  }),
  EISDIR: (file) => ({
    what: `read ${file}: is a directory`,
    tries: [`name a file: ls ${shellWord(file)}`, 'with --kubeconfig FILE, or in KUBECONFIG'],
  }),
};

function read(file: string): KubeconfigDocument {
  try {
    const bytes = readFileSync(file);
    if (!isUtf8(bytes)) throw brokenFile(file, 'yaml: invalid UTF-8');
    return parseKubeconfig(bytes.toString('utf8'), file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const known = Object.hasOwn(UNREADABLE, code) ? UNREADABLE[code]?.(file) : undefined;
    if (known === undefined) throw error;
    throw configurationError(`error loading config file "${file}": ${known.what}`, { tries: known.tries });
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

/**
 * The files that are looked for, in order, when --kubeconfig is not given. KUBECONFIG replaces the file in the home directory, also
 * where it is a list of nothing.
 */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  if (env.KUBECONFIG) return env.KUBECONFIG.split(delimiter).filter((file) => file !== '');
  return [join(env.HOME || env.USERPROFILE || homedir(), '.kube', 'config')];
}

/**
 * The kubeconfig to use, of several files merged, or undefined when no file exists. With `explicit` (--kubeconfig) only that
 * file counts, and it must exist. Throws a KubeError for a file that cannot be read or parsed, even one of several.
 */
export function readKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv): KubeconfigDocument | undefined {
  if (explicit !== undefined) {
    if (!exists(explicit)) {
      throw configurationError(`stat ${explicit}: no such file or directory`, {
        tries: [
          `see what is there: ls ${shellWord(dirname(explicit))}`,
          'without --kubeconfig it is KUBECONFIG, or ~/.kube/config',
        ],
      });
    }
    return read(explicit);
  }
  const files = kubeconfigFiles(env).filter(exists);
  return files.length === 0 ? undefined : mergeKubeconfigs(files.map(read));
}
