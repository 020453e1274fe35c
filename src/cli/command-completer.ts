import { CheckError, UsageError } from '../errors.ts';
import type { CommandCompleter } from '../report/command-completer.ts';
import { type Advice, withCommand } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';
import { type KubectlFlagValues, podFlags, SETTLE } from './flags.ts';
import { inOwnName, isWithoutKubectl } from './own-name.ts';

/** The start of a command: kubectl, or kubectl netprereq and a subcommand. A plug-in takes flags only after its name. */
const COMMAND = /^(?:sudo )?kubectl(?:[ -]netprereq (?<verb>\w+))?/;

const CONNECTION = [
  ...['kubeconfig', 'context', 'cluster', 'user', 'server', 'token', 'as', 'as-group', 'as-uid'],
  ...['certificate-authority', 'client-certificate', 'client-key', 'tls-server-name', 'insecure-skip-tls-verify'],
];
const PROFILE = ['cni', 'kube-proxy-mode', 'ip-families'];
const RULES = ['only', 'skip', 'policy'];
const REQUESTS = ['namespace', 'request-timeout'];
const PODS = [...REQUESTS, 'image', 'image-pull-policy', 'image-pull-secret', 'priority-class', 'timeout'];
/** Flags that a suggested command must repeat: they decide the verdict or what is changed, or a slow node or its pod needs them. */
const REPEATED: Readonly<Record<string, { everywhere: readonly string[]; inClusters: readonly string[] }>> = {
  check: { everywhere: [...PROFILE, ...RULES], inClusters: [...PODS, 'least-privilege'] },
  fix: {
    everywhere: [...PROFILE, ...RULES, 'runtime-only', 'allow-other-bridges', 'settle'],
    inClusters: [...PODS, 'restart-pods'],
  },
  undo: { everywhere: [...PROFILE, 'force', 'settle'], inClusters: PODS },
  cleanup: { everywhere: [], inClusters: REQUESTS },
};
/** Values that need not be repeated. */
const DEFAULTS: Readonly<Record<string, string>> = {
  timeout: podFlags.timeout.default as string,
  settle: SETTLE,
};

/**
 * Completes suggested commands so that they reach the same cluster as the same user, with the same result. It adds the flags that
 * were given: those of the connection, and those in REPEATED, quoted for a shell if needed. A placeholder replaces a token, and the
 * password in a server's URL. If the command changes this host and the user is not root, it begins with sudo.
 */
export function commandCompleter(
  flags: KubectlFlagValues,
  isRoot = process.getuid?.() === 0,
  withoutKubectl = isWithoutKubectl(),
  canAsk = process.stdin.isTTY === true,
): CommandCompleter {
  const connection = repeatedWords(flags, CONNECTION);
  return (proposed) => {
    const text = inOwnName(proposed, withoutKubectl);
    const [command, verb] = COMMAND.exec(text) ?? [];
    if (command === undefined) return text;
    const rest = text.slice(command.length);
    if (verb === undefined) {
      // A wrong context or user must not be added to a command that lists the valid ones, or that repairs the file.
      const listing = /^ config (?:get-(?:contexts|clusters|users)|set|unset)\b/.test(rest);
      return [command, ...(listing ? repeatedWords(flags, ['kubeconfig']) : connection)].join(' ') + rest;
    }
    const repeated = REPEATED[verb];
    if (repeated === undefined) return text;
    const { everywhere, inClusters } = repeated;
    const local = / --(?:local|root)\b/.test(rest);
    const reached = local ? [] : repeatedWords(flags, CONNECTION, rest);
    // What is printed to be granted depends on nothing else.
    const prints = / --print-rbac\b/.test(rest);
    const words = prints ? [] : repeatedWords(flags, local ? everywhere : [...everywhere, ...inClusters], rest);
    const changes = verb === 'fix' || verb === 'undo';
    const typed = changes && local && !isRoot ? `sudo kubectl-netprereq ${verb}` : command;
    // In a build step or a pipeline there is nobody to ask.
    const yes = changes && !canAsk ? repeatedWords(flags, ['yes'], rest) : [];
    return [[typed, ...reached, ...words].join(' ') + rest, ...yes].join(' ');
  };
}

/** Replaces a secret. */
const PLACEHOLDERS: Readonly<Record<string, (value: string) => string>> = {
  token: () => 'TOKEN',
  password: () => 'PASSWORD',
  server: (url) => url.replace(/^([a-z]+:\/\/)?([^/?#]*?):[^/?#]*@/i, '$1$2:PASSWORD@'),
};

/** A flag's value in a suggested command. Such commands may end up in a log, so a placeholder replaces a secret. */
export function shownValue(flag: string, value: string): string {
  return PLACEHOLDERS[flag]?.(value) ?? value;
}
const ONE_BY_ONE = ['as-group', 'image-pull-secret'];

/**
 * The given flags with these names that the command does not already contain.
 * @param flags parsed values of all flags of the command
 */
function repeatedWords(flags: KubectlFlagValues, names: readonly string[], rest = ''): string[] {
  const given = new Map<string, unknown>(Object.entries(flags));
  return names.flatMap((name) => {
    const word = name === 'namespace' ? '-n' : `--${name}`;
    const value = given.get(name);
    // The next command reads the same environment.
    const inherited = name === 'image' && value === process.env.NETPREREQ_IMAGE;
    // To kubectl, too, an empty value is no value; except for a group.
    const absent = value === undefined || value === false || value === '' || value === DEFAULTS[name];
    if (absent || inherited || ` ${rest} `.includes(` ${word} `)) return [];
    if (value === true) return [word];
    const values = ONE_BY_ONE.includes(name) ? (value as string[]) : [String(value)].filter(Boolean);
    return values.flatMap((one) => [word, shellWord(shownValue(name, one))]);
  });
}

/** The same error with completed commands in its hints; any other value unchanged. */
export function retypeHints(error: unknown, retype: CommandCompleter): unknown {
  if (!(error instanceof Error) || !('tries' in error) || !Array.isArray(error.tries)) return error;
  const tries = (error.tries as Advice[]).map((advice) => withCommand(advice, retype));
  if (error instanceof UsageError) return new UsageError(error.message, tries);
  const document = error instanceof CheckError ? error.document : undefined;
  return new CheckError(error.message, { tries, ...(document !== undefined && { document }), cause: error });
}
