import { CheckError } from '../errors.ts';
import type { Retype } from '../report/retype.ts';
import { shellWord } from '../shell-word.ts';
import type { KubectlFlagValues } from './flags.ts';

/** A kubectl command as hints are written: at the beginning of a line, or behind a colon. */
const COMMAND = /(?<=^\s*|: )kubectl( netprereq (?:check|cleanup|fix|undo)(?! --local\b)|(?! netprereq))(?= )/g;

/**
 * What makes a command that is proposed for typing reach the same cluster as the same user: kubectl's connection flags that were given
 * are put into it, quoted for a shell where that is needed. kubectl itself takes them anywhere, a plug-in only behind its name.
 * A token is a secret, so a placeholder stands for it, and for the password in a server's URL.
 */
export function retypeWith(flags: KubectlFlagValues): Retype {
  const given = connectionWords(flags);
  if (given.length === 0) return (text) => text;
  const kubeconfig = connectionWords({ kubeconfig: flags.kubeconfig });
  return (text) =>
    text.replace(COMMAND, (command, _plugin, offset: number) => {
      // A context or user that does not exist must not be put into the command that lists those that do, or that mends the file.
      const listing = /^kubectl config (?:get-(?:contexts|clusters|users)|set|unset)\b/.test(text.slice(offset));
      return [command, ...(listing ? kubeconfig : given)].join(' ');
    });
}

/** The same error, the commands among its hints completed; anything else as it is. */
export function retypeHints(error: unknown, retype: Retype): unknown {
  if (!(error instanceof Error) || !('tries' in error) || !Array.isArray(error.tries)) return error;
  const document = error instanceof CheckError ? error.document : undefined;
  const tries = (error.tries as string[]).map(retype);
  return new CheckError(error.message, { tries, ...(document !== undefined && { document }), cause: error });
}

function connectionWords(flags: KubectlFlagValues): string[] {
  const values: [string, string | undefined][] = [
    ['kubeconfig', flags.kubeconfig],
    ['context', flags.context],
    ['cluster', flags.cluster],
    ['user', flags.user],
    ['server', flags.server && withPlaceholder(flags.server)],
    ['token', flags.token && 'TOKEN'],
    ['as', flags.as],
    ...(flags['as-group'] ?? []).map((group): [string, string] => ['as-group', group]),
    ['as-uid', flags['as-uid']],
    ['certificate-authority', flags['certificate-authority']],
    ['client-certificate', flags['client-certificate']],
    ['client-key', flags['client-key']],
    ['tls-server-name', flags['tls-server-name']],
  ];
  return [
    // An empty value is none, to kubectl too; but for a group.
    ...values.flatMap(([name, value]) =>
      value || (value === '' && name === 'as-group') ? [`--${name}`, shellWord(value)] : [],
    ),
    ...(flags['insecure-skip-tls-verify'] ? ['--insecure-skip-tls-verify'] : []),
  ];
}

/** A URL with another word for the password in it. */
function withPlaceholder(url: string): string {
  return url.replace(/^([a-z]+:\/\/)?([^/?#]*?):[^/?#]*@/i, '$1$2:PASSWORD@');
}
