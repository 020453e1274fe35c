import { CheckError, UsageError } from '../errors.ts';
import type { CommandCompleter } from '../report/command-completer.ts';
import { type Advice, withCommand } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';
import type { KubectlFlagValues } from './flags.ts';
import { inOwnName, isWithoutKubectl } from './own-name.ts';

/** kubectl, or a command of our own, before its words: kubectl itself takes a connection anywhere, a plug-in only behind its name. */
const COMMAND = /^(?:sudo )?kubectl(?:[ -]netprereq (?<verb>\w+))?/;

const CONNECTION = [
  ...['kubeconfig', 'context', 'cluster', 'user', 'server', 'token', 'as', 'as-group', 'as-uid'],
  ...['certificate-authority', 'client-certificate', 'client-key', 'tls-server-name', 'insecure-skip-tls-verify'],
];
const PROFILE = ['cni', 'kube-proxy-mode', 'ip-families'];
const RULES = ['only', 'skip', 'policy'];
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
 * Whoever is not root is told to be, where this host is to be changed.
 */
export function commandCompleter(
  flags: KubectlFlagValues,
  isRoot = process.getuid?.() === 0,
  withoutKubectl = isWithoutKubectl(),
): CommandCompleter {
  const connection = repeatedWords(flags, CONNECTION);
  return (proposed) => {
    const text = inOwnName(proposed, withoutKubectl);
    const [command, verb] = COMMAND.exec(text) ?? [];
    if (command === undefined) return text;
    const rest = text.slice(command.length);
    if (verb === undefined) {
      // A context or user that does not exist must not be put into the command that lists those that do, or that mends the file.
      const listing = /^ config (?:get-(?:contexts|clusters|users)|set|unset)\b/.test(rest);
      return [command, ...(listing ? repeatedWords(flags, ['kubeconfig']) : connection)].join(' ') + rest;
    }
    const repeated = REPEATED[verb];
    if (repeated === undefined) return text;
    const { everywhere, inClusters } = repeated;
    const local = / --(?:local|root)\b/.test(rest);
    const words = repeatedWords(flags, local ? everywhere : [...everywhere, ...inClusters], rest);
    const changesHere = local && (verb === 'fix' || verb === 'undo');
    const typed = changesHere && !isRoot ? `sudo kubectl-netprereq ${verb}` : command;
    return [typed, ...(local ? [] : connection), ...words].join(' ') + rest;
  };
}

/** What is repeated in place of a secret. */
const PLACEHOLDERS: Readonly<Record<string, (value: string) => string>> = {
  token: () => 'TOKEN',
  password: () => 'PASSWORD',
  server: (url) => url.replace(/^([a-z]+:\/\/)?([^/?#]*?):[^/?#]*@/i, '$1$2:PASSWORD@'),
};

/** The value of a flag as a proposed command shows it, which may end up in a log: a placeholder stands for a secret. */
export function shownValue(flag: string, value: string): string {
  return PLACEHOLDERS[flag]?.(value) ?? value;
}
const ONE_BY_ONE = ['as-group', 'image-pull-secret'];

/**
 * The flags of these names that were given, and that the rest of the command does not have already.
 * @param flags parsed values of whatever flags the command has
 */
function repeatedWords(flags: KubectlFlagValues, names: readonly string[], rest = ''): string[] {
  const given = new Map<string, unknown>(Object.entries(flags));
  return names.flatMap((name) => {
    const word = name === 'namespace' ? '-n' : `--${name}`;
    const value = given.get(name);
    // What the environment says it says the next command, too.
    const inherited = name === 'image' && value === process.env.NETPREREQ_IMAGE;
    // An empty value is none, to kubectl too; but for a group.
    const absent = value === undefined || value === false || value === '';
    if (absent || inherited || ` ${rest} `.includes(` ${word} `)) return [];
    if (value === true) return [word];
    const values = ONE_BY_ONE.includes(name) ? (value as string[]) : [String(value)].filter(Boolean);
    return values.flatMap((one) => [word, shellWord(shownValue(name, one))]);
  });
}

/** The same error, of the same kind, the commands among its hints completed; anything else as it is. */
export function retypeHints(error: unknown, retype: CommandCompleter): unknown {
  if (!(error instanceof Error) || !('tries' in error) || !Array.isArray(error.tries)) return error;
  const tries = (error.tries as Advice[]).map((advice) => withCommand(advice, retype));
  if (error instanceof UsageError) return new UsageError(error.message, tries);
  const document = error instanceof CheckError ? error.document : undefined;
  return new CheckError(error.message, { tries, ...(document !== undefined && { document }), cause: error });
}
