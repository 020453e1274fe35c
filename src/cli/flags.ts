import { Flags } from '@oclif/core';
import type { ProfileOverrides } from '../cluster/overrides.ts';
import { IP_FAMILIES, KUBE_PROXY_MODES } from '../cluster/profile.ts';
import { CNI_IDS } from '../cnis/lookup.ts';
import { UsageError } from '../errors.ts';
import { PULL_POLICIES } from '../pods/image.ts';
import { parseDuration } from './duration.ts';

/** setTimeout fires at once beyond it. */
const LONGEST_TIMER_SECONDS = (2 ** 31 - 1) / 1000;

/**
 * The seconds of a flag that takes a Go duration, of at most a day.
 * @throws UsageError
 */
export function seconds(flag: string, text: string, least = 0): number {
  const value = parseDuration(text);
  const wrong = (why: string) => new UsageError(`invalid argument "${text}" for "--${flag}" flag: ${why}`);
  if (value === undefined) throw wrong('not a duration (for example 30s, 1m30s)');
  // Nobody waits that long.
  if (value > 86_400 || value < least)
    throw wrong(least > 0 ? `not between ${least}s and 24h` : 'not between 0s and 24h');
  return value;
}

/**
 * The seconds of --request-timeout, as kubectl takes it: a negative one is no limit. More than a timer can count to is none either.
 * @throws UsageError
 */
export function requestTimeout(text: string): number {
  const value = parseDuration(text);
  if (value !== undefined) return value < 0 || value > LONGEST_TIMER_SECONDS ? 0 : value;
  throw new UsageError(
    `invalid argument "${text}" for "--request-timeout" flag: not a duration (for example 30s, 1m30s, or 0 for no limit)`,
  );
}

/**
 * The number of a flag that takes a whole number from 1.
 * @throws UsageError
 */
export function count(flag: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`invalid argument "${text}" for "--${flag}" flag: not a whole number from 1`);
}

/** A flag that may be repeated or given a comma-separated list, as kubectl's string slices. */
const list = (description: string) =>
  Flags.string({ description, multiple: true, multipleNonGreedy: true, delimiter: ',', helpValue: '<name>' });

const KUBECTL = 'kubectl';
const kubectlFlag = (description: string, helpValue = '<value>') =>
  Flags.string({ description, helpValue, helpGroup: KUBECTL });

/** kubectl's own client flags, with kubectl's names and meanings. */
export const kubectlFlags = {
  kubeconfig: kubectlFlag('path to the kubeconfig file', '<file>'),
  context: kubectlFlag('the kubeconfig context to use'),
  cluster: kubectlFlag('the kubeconfig cluster to use'),
  user: kubectlFlag('the kubeconfig user to use'),
  namespace: Flags.string({
    char: 'n',
    description: 'namespace for the pods; without it one is chosen that admits them',
    helpValue: '<name>',
    helpGroup: KUBECTL,
  }),
  server: Flags.string({
    char: 's',
    description: 'address and port of the API server',
    helpValue: '<url>',
    helpGroup: KUBECTL,
  }),
  token: kubectlFlag('bearer token for authentication to the API server'),
  username: kubectlFlag('user name for basic authentication to the API server', '<name>'),
  password: kubectlFlag('password for basic authentication to the API server'),
  as: kubectlFlag('user to impersonate', '<user>'),
  'as-group': Flags.string({
    description: 'group to impersonate, repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<group>',
    helpGroup: KUBECTL,
  }),
  'as-uid': kubectlFlag('UID to impersonate', '<uid>'),
  'certificate-authority': kubectlFlag('path to a certificate of the certificate authority', '<file>'),
  'client-certificate': kubectlFlag('path to a client certificate for TLS', '<file>'),
  'client-key': kubectlFlag('path to a client key for TLS', '<file>'),
  'tls-server-name': kubectlFlag("name to check the server's certificate against", '<name>'),
  'insecure-skip-tls-verify': Flags.boolean({
    description: "do not check the server's certificate",
    helpGroup: KUBECTL,
  }),
  'disable-compression': Flags.boolean({
    description: 'let the API server send its answers uncompressed',
    helpGroup: KUBECTL,
  }),
  'cache-dir': kubectlFlag('taken for the sake of kubectl: nothing that the API server says is cached', '<directory>'),
  v: Flags.string({
    char: 'v',
    description:
      'log level: 1 the stack of an unexpected error, 6 one line per request, 7 its headers, 8 bodies cut, 9 longer bodies; credentials are masked',
    helpValue: '<level>',
    helpGroup: KUBECTL,
  }),
  'request-timeout': kubectlFlag('time limit of a single request (1s, 2m); 0 means none', '<duration>'),
};

/** Which nodes; exactly one way to choose them. */
export const selectionFlags = {
  selector: Flags.string({
    char: 'l',
    description: 'the nodes with these labels; an empty selector is refused',
    helpValue: '<labels>',
  }),
  'all-nodes': Flags.boolean({ description: 'all nodes' }),
};

/** What detection cannot see, or got wrong. */
export const profileFlags = {
  cni: Flags.option({ options: CNI_IDS, helpValue: '<name>' })({
    description: `the CNI plug-in, overriding detection: ${CNI_IDS.join(', ')}`,
  }),
  'kube-proxy-mode': Flags.option({ options: KUBE_PROXY_MODES })({
    description: "kube-proxy's mode, overriding detection",
  }),
  'ip-families': Flags.option({ options: IP_FAMILIES, multiple: true, multipleNonGreedy: true, delimiter: ',' })({
    description: 'IP families of pods and Services, overriding detection',
  }),
};

/** Which rules. */
export const ruleFlags = {
  only: list('judge only these rules, by id or alias: see explain'),
  skip: list('leave these rules out'),
};

const image = (programs: string) =>
  Flags.string({
    description: `image for the pods; of programs, all of which busybox has, it needs ${programs}`,
    env: 'NETPREREQ_IMAGE',
    helpValue: '<image>',
  });

/** The pods. */
export const podFlags = {
  image: image(
    'sh, awk, base64, grep, gunzip, head, od, readlink, sort, tr, uname, gzip or cksum, and for --least-privilege ls',
  ),
  'image-pull-policy': Flags.option({ options: PULL_POLICIES })({ description: 'pull policy for --image' }),
  'image-pull-secret': Flags.string({
    description: 'pull secret in the namespace of the pods, repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<name>',
  }),
  'priority-class': Flags.string({
    description: 'priority class for the pods; a critical one may evict workloads',
    helpValue: '<name>',
  }),
  'least-privilege': Flags.boolean({
    description:
      "no privilege, no host processes, no capabilities: the node's files through a read-only volume. " +
      'The namespace must allow privileged pods all the same, for hostNetwork and hostPath',
  }),
  timeout: Flags.string({
    description: "time for one node, from its pod's creation to its answer; a bare number means seconds",
    default: '60s',
    helpValue: '<duration>',
  }),
  concurrency: Flags.string({ description: 'how many nodes at once', default: '32', helpValue: '<n>' }),
};

const { image: _image, 'least-privilege': _leastPrivilege, concurrency: _concurrency, ...alike } = podFlags;

/** The pods of commands that change nodes, which they look at as well. */
export const changingPodFlags = {
  image: image(
    'sh, awk, base64, cat, cp, date, dd, grep, gunzip, head, id, ln, mkdir, mv, nsenter, od, readlink, rm, rmdir, sort, tr, uname, ' +
      'and gzip or cksum',
  ),
  ...alike,
};

/** Parsed values of profileFlags, as what overrides detection. */
export function overridesOf(flags: {
  cni?: ProfileOverrides['cni'];
  'kube-proxy-mode'?: ProfileOverrides['kubeProxyMode'];
  'ip-families'?: ProfileOverrides['ipFamilies'];
}): ProfileOverrides {
  return { cni: flags.cni, kubeProxyMode: flags['kube-proxy-mode'], ipFamilies: flags['ip-families'] };
}

/** Parsed values of podFlags, but for those that a command gives a meaning of its own. */
export function podOptionsOf(flags: {
  image?: string | undefined;
  'image-pull-policy'?: (typeof PULL_POLICIES)[number] | undefined;
  'image-pull-secret'?: string[] | undefined;
  'priority-class'?: string | undefined;
  timeout: string;
}) {
  return {
    image: { name: flags.image, pullPolicy: flags['image-pull-policy'] },
    imagePullSecrets: flags['image-pull-secret'] ?? [],
    priorityClass: flags['priority-class'],
    timeout: seconds('timeout', flags.timeout, 1),
  };
}

/** Flags of commands that change nodes. */
export const changeFlags = {
  yes: Flags.boolean({
    char: 'y',
    description: 'do not ask; without a terminal nothing is changed unless this is given',
  }),
  settle: Flags.string({
    description: 'how long to wait before a changed node is looked at again: something may reset what was set',
    default: '5s',
    helpValue: '<duration>',
  }),
  concurrency: Flags.string({ description: 'how many nodes to change at once', default: '1', helpValue: '<n>' }),
  'max-failures': Flags.string({
    description: 'begin no other node after so many have failed',
    default: '1',
    helpValue: '<n>',
  }),
};

/** What a flag stands for that may be given without a value, as kubectl's --dry-run. */
export const BARE_VALUES: Readonly<Record<string, string>> = { 'dry-run': 'client' };

/** Parsed values of kubectlFlags. */
export interface KubectlFlagValues {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
  user?: string | undefined;
  namespace?: string | undefined;
  server?: string | undefined;
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  as?: string | undefined;
  'as-group'?: string[] | undefined;
  'as-uid'?: string | undefined;
  'certificate-authority'?: string | undefined;
  'client-certificate'?: string | undefined;
  'client-key'?: string | undefined;
  'tls-server-name'?: string | undefined;
  'insecure-skip-tls-verify'?: boolean | undefined;
  'disable-compression'?: boolean | undefined;
  v?: string | undefined;
  'request-timeout'?: string | undefined;
}
