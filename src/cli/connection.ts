import type { ConnectionOptions } from '../kube/connection.ts';
import { type KubectlFlagValues, kubectlFlags, requestTimeout } from './flags.ts';
import type { Speech } from './run-interruptible.ts';
import { verbosity } from './verbosity.ts';

/**
 * kubectl's flags as kube/ takes them; flags that were not given or are empty are omitted.
 * @param speech controls stderr, on which -v writes lines and credential plug-ins may ask
 */
export function connectionOptions(
  flags: KubectlFlagValues,
  speech?: Pick<Speech, 'notice' | 'yieldTo'>,
): ConnectionOptions {
  const given = Object.entries(flags).filter(([name, value]) => Object.hasOwn(kubectlFlags, name) && value !== '');
  const { v, 'request-timeout': timeout } = flags;
  return {
    ...Object.fromEntries(given),
    log: { level: verbosity(v), write: speech?.notice ?? ((line) => process.stderr.write(`${line}\n`)) },
    onPlugin: speech?.yieldTo,
    requestTimeout: timeout ? requestTimeout(timeout) : undefined,
  };
}
