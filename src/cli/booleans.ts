import type { Command } from '@oclif/core';
import { UsageError } from '../errors.ts';

/**
 * Rewrites `--flag=true` and `--flag=false`, which kubectl's users may type for any boolean, into what oclif understands: it would take
 * the value for an argument of its own, and `--insecure-skip-tls-verify=false` for the very opposite.
 * @throws UsageError for another value
 */
export function plainBooleans(argv: readonly string[], commands: Readonly<Record<string, Command.Class>>): string[] {
  const command = argv.find((word) => Object.hasOwn(commands, word));
  const flags = command === undefined ? {} : (commands[command]?.flags ?? {});
  return argv.flatMap((word) => {
    const [, name = '', value = ''] = /^--([\w-]+)=(.*)$/s.exec(word) ?? [];
    if (!Object.hasOwn(flags, name) || flags[name]?.type !== 'boolean') return [word];
    if (['true', 't', '1'].includes(value.toLowerCase())) return [`--${name}`];
    if (['false', 'f', '0'].includes(value.toLowerCase())) return [];
    throw new UsageError(`invalid argument "${value}" for "--${name}" flag: must be true or false`);
  });
}
