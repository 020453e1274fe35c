import { basename } from 'node:path';
import { directoryOf } from './on-path.ts';

/**
 * A text in which the program is called as it can be called here. Everywhere else it is `kubectl netprereq`; a host without kubectl, such
 * as one that builds images, has only the program's own name. Both are equally long: no line breaks elsewhere.
 */
export function inOwnName(text: string, withoutKubectl = isWithoutKubectl()): string {
  return withoutKubectl ? text.replace(/\bkubectl netprereq\b/g, 'kubectl-netprereq') : text;
}

/** Whether nothing on the PATH could start this program as kubectl's. From a checkout it is started by no name at all. */
export function isWithoutKubectl(): boolean {
  if (basename(process.argv[1] ?? '') === 'run.js') return false;
  return ['kubectl', 'kubectl.exe'].every((name) => directoryOf(name, process.env.PATH ?? '') === undefined);
}
