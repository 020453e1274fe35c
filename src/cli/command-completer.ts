import { CheckError } from '../errors.ts';
import type { CommandCompleter } from '../report/command-completer.ts';
import { shellWord } from '../text/shell-word.ts';
import type { KubectlFlagValues } from './flags.ts';

/** A command as hints are written: at the beginning of a line, or behind a colon. */
const COMMAND =
  /(?<=^\s*(?:sudo )?|: )(?:kubectl[ -]netprereq (?<verb>check|cleanup|fix|undo)|kubectl(?! netprereq))(?= (?<rest>.*))/gm;

const PROFILE = ['cni', 'kube-proxy-mode', 'ip-families'];
const RULES = ['only', 'skip'];
const PODS = ['namespace', 'image', 'image-pull-policy', 'image-pull-secret', 'priority-class'];
/** What a command has to be told again: what the verdict rests on, and what a pod needs in order to start. */
const REPEATED: Readonly<Record<string, { everywhere: readonly string[]; inClusters: readonly string[] }>> = {
  check: { everywhere: [...PROFILE, ...RULES], inClusters: [...PODS, 'least-privilege'] },
  fix: { everywhere: [...PROFILE, ...RULES], inClusters: PODS },
  undo: { everywhere: PROFILE, inClusters: PODS },
  cleanup: { everywhere: [], inClusters: ['namespace'] },
};

/**
 * What makes a command that is proposed for typing do the same to the same cluster as the same user: the flags that were given are put
 * into it, those of the connection and those that the command has to be told again, quoted for a shell where that is needed. kubectl
 * itself takes them anywhere, a plug-in only behind its name. A token is a secret, so a placeholder stands for it, and for the password
 * in a server's URL.
 */
export function commandCompleter(flags: KubectlFlagValues): CommandCompleter {
  const connection = connectionWords(flags);
  const kubeconfig = connectionWords({ kubeconfig: flags.kubeconfig });
  return (text) =>
    text.replace(COMMAND, (command: string, ...match) => {
      const { verb, rest = '' } = match.at(-1) as { verb?: string; rest?: string };
      if (verb === undefined) {
        // A context or user that does not exist must not be put into the command that lists those that do, or that mends the file.
        const listing = /^config (?:get-(?:contexts|clusters|users)|set|unset)\b/.test(rest);
        return [command, ...(listing ? kubeconfig : connection)].join(' ');
      }
      const { everywhere = [], inClusters = [] } = REPEATED[verb] ?? {};
      const local = /(?:^| )--local\b/.test(rest);
      const words = repeatedWords(flags, local ? everywhere : [...everywhere, ...inClusters], rest);
      return [command, ...(local ? [] : connection), ...words].join(' ');
    });
}

/**
 * The flags of these names that were given, and that the rest of the command does not have already.
 * @param flags parsed values of whatever flags the command has
 */
function repeatedWords(flags: KubectlFlagValues, names: readonly string[], rest: string): string[] {
  const given = new Map<string, unknown>(Object.entries(flags));
  return names.flatMap((name) => {
    const word = name === 'namespace' ? '-n' : `--${name}`;
    const value = given.get(name);
    // What the environment says it says the next command, too.
    const inherited = name === 'image' && value === process.env.NETPREREQ_IMAGE;
    const absent = value === undefined || value === false || String(value) === '';
    if (absent || inherited || ` ${rest} `.includes(` ${word} `)) return [];
    if (value === true) return [word];
    const values = name === 'image-pull-secret' ? (value as string[]) : [String(value)];
    return values.flatMap((one) => [word, shellWord(one)]);
  });
}

/** The same error, the commands among its hints completed; anything else as it is. */
export function retypeHints(error: unknown, retype: CommandCompleter): unknown {
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
