import { Flags } from '@oclif/core';
import type { ProfileOverrides } from '../cluster/overrides.ts';
import { IP_FAMILIES, KUBE_PROXY_MODES } from '../cluster/profile.ts';
import { CNI_IDS } from '../cnis/lookup.ts';
import { UsageError } from '../errors.ts';
import type { KubectlFlags } from '../kube/connection.ts';
import { PULL_POLICIES } from '../pods/image.ts';
import { FAIL_ON } from '../report/exit.ts';
import { parseDuration } from './duration.ts';
import { languageNamed } from './language.ts';

/** Above this, setTimeout fires at once. */
const LONGEST_TIMER_SECONDS = (2 ** 31 - 1) / 1000;

/**
 * Parses a flag that takes a Go duration of at most a day, as seconds.
 * @throws UsageError
 */
export function seconds(flag: string, text: string, least = 0): number {
  const value = parseDuration(text);
  const wrong = (why: string) => new UsageError(`invalid argument "${text}" for "--${flag}" flag: ${why}`);
  if (value === undefined) throw wrong('must be a duration (for example 30s, 1m30s)');
  // A longer one is a mistake.
  if (value > 86_400 || value < least)
    throw wrong(least > 0 ? `must be between ${least}s and 24h` : 'must be between 0s and 24h');
  return value;
}

/**
 * Parses --request-timeout as kubectl does, as seconds: a negative value means no limit, and so does one that is too large for a timer.
 * @throws UsageError
 */
export function requestTimeout(text: string): number {
  const value = parseDuration(text);
  if (value !== undefined) return value < 0 || value > LONGEST_TIMER_SECONDS ? 0 : value;
  throw new UsageError(
    `invalid argument "${text}" for "--request-timeout" flag: must be a duration (for example 30s, 1m30s, or 0 for no limit)`,
  );
}

/**
 * Parses a flag that takes a whole number from 1.
 * @throws UsageError
 */
export function count(flag: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`invalid argument "${text}" for "--${flag}" flag: must be a whole number, 1 or more`);
}

/** Groups of flags in help. kubectl's flags have a page of their own: `kubectl netprereq options`. */
export const GROUP = {
  nodes: 'Which nodes',
  report: 'Report',
  rules: 'What to check',
  change: 'Change',
  pods: 'Pods',
  kubectl: 'kubectl',
} as const;

/** A flag that may be repeated or take a comma-separated list, like kubectl's string slices. */
const list = (summary: string, helpValue: string, helpGroup: string) =>
  Flags.string({ summary, multiple: true, multipleNonGreedy: true, delimiter: ',', helpValue, helpGroup });

/** A flag that may be repeated. */
const repeatable = (summary: string, helpValue: string, helpGroup: string) =>
  Flags.string({ summary, multiple: true, multipleNonGreedy: true, helpValue, helpGroup });

const kubectlFlag = (summary: string, helpValue = 'NAME') =>
  Flags.string({ summary, helpValue, helpGroup: GROUP.kubectl });

/** kubectl's own client flags, with kubectl's names and meanings. */
export const kubectlFlags = {
  kubeconfig: kubectlFlag('Path to the kubeconfig file', 'FILE'),
  context: kubectlFlag('Kubeconfig context to use'),
  cluster: kubectlFlag('Kubeconfig cluster to use'),
  user: kubectlFlag('Kubeconfig user to use'),
  namespace: Flags.string({
    char: 'n',
    summary: 'Namespace for the pods (default: the first that admits them)',
    helpValue: 'NAME',
    helpGroup: GROUP.kubectl,
  }),
  server: Flags.string({
    char: 's',
    summary: 'Address and port of the API server',
    helpValue: 'URL',
    helpGroup: GROUP.kubectl,
  }),
  token: kubectlFlag('Bearer token for the API server', 'TOKEN'),
  username: kubectlFlag('User name for basic authentication'),
  password: kubectlFlag('Password for basic authentication', 'PASSWORD'),
  as: kubectlFlag('User to impersonate'),
  'as-group': repeatable('Group to impersonate; repeatable', 'NAME', GROUP.kubectl),
  'as-uid': kubectlFlag('UID to impersonate', 'UID'),
  'certificate-authority': kubectlFlag('Path to a certificate of the certificate authority', 'FILE'),
  'client-certificate': kubectlFlag('Path to a client certificate for TLS', 'FILE'),
  'client-key': kubectlFlag('Path to a client key for TLS', 'FILE'),
  'tls-server-name': kubectlFlag("Name to check the server's certificate against"),
  'insecure-skip-tls-verify': Flags.boolean({
    summary: "Do not check the server's certificate",
    helpGroup: GROUP.kubectl,
  }),
  'disable-compression': Flags.boolean({
    summary: 'Ask the API server for uncompressed answers',
    helpGroup: GROUP.kubectl,
  }),
  'cache-dir': kubectlFlag('Accepted for compatibility with kubectl; ignored', 'DIRECTORY'),
  v: Flags.string({
    char: 'v',
    summary: 'Log level: 1 stack of an unexpected error, 6 one line per request, 7 its headers; credentials are masked',
    helpValue: 'LEVEL',
    helpGroup: GROUP.kubectl,
  }),
  'request-timeout': kubectlFlag('Time limit of a single request (1s, 2m); 0 means none', 'DURATION'),
};

/** Which nodes, with the texts that differ for commands that change them. */
const nodeFlags = (how: { empty: string; all: string; local: string }) => ({
  selector: Flags.string({
    char: 'l',
    summary: 'Nodes with these labels',
    description: `Nodes with these labels; an empty selector ${how.empty}`,
    helpValue: 'LABELS',
    helpGroup: GROUP.nodes,
  }),
  'all-nodes': Flags.boolean({ summary: how.all, helpGroup: GROUP.nodes }),
  local: Flags.boolean({ summary: how.local, helpGroup: GROUP.nodes }),
  root: Flags.string({
    summary: 'An image, by its root directory; nothing in it is run',
    helpValue: 'DIRECTORY',
    helpGroup: GROUP.nodes,
  }),
});

/** Which nodes to check; without any of these, all. */
export const checkedFlags = nodeFlags({
  empty: 'means all, as in kubectl get',
  all: 'All nodes (the default)',
  local: 'This host; needs no cluster and no root',
});

/** Which nodes to change; exactly one of these is required. */
export const changedFlags = nodeFlags({
  empty: 'is refused',
  all: 'All nodes',
  local: 'This host; needs root, but no cluster',
});

/** -o. @param options the first is the default */
export const outputFlag = <const T extends string>(options: readonly [T, ...T[]]) =>
  Flags.option({ options })({
    char: 'o',
    summary: options.join(', '),
    default: options[0],
    helpValue: 'FORMAT',
    helpGroup: GROUP.report,
  });

export const failOnFlag = Flags.option({ options: FAIL_ON })({
  summary: 'Exit 1 on fail, boot (a later fail), warn',
  description:
    'When to exit 1: fail (a required check fails), boot (also if it fails after a reboot), warn (also on any warning)',
  default: 'fail',
  helpValue: 'WHEN',
  helpGroup: GROUP.report,
});

/** Overrides what detection cannot see or got wrong. */
export const profileFlags = {
  cni: Flags.option({ options: CNI_IDS })({
    summary: 'CNI, if detection is wrong; a wrong name lists all',
    description: 'CNI plug-in, if detection is wrong',
    helpValue: 'NAME',
    helpGroup: GROUP.rules,
  }),
  'kube-proxy-mode': Flags.option({ options: KUBE_PROXY_MODES })({
    summary: `kube-proxy's mode: ${KUBE_PROXY_MODES.join(', ')}`,
    description: "kube-proxy's mode, if detection is wrong",
    helpValue: 'MODE',
    helpGroup: GROUP.rules,
  }),
  'ip-families': Flags.option({ options: IP_FAMILIES, multiple: true, multipleNonGreedy: true, delimiter: ',' })({
    summary: `IP families of pods and Services: ${IP_FAMILIES.join(', ')}`,
    description: 'IP families of pods and Services, if detection is wrong',
    helpValue: 'NAME,...',
    helpGroup: GROUP.rules,
  }),
};

/** Which rules. */
export const ruleFlags = {
  only: list('Only these rules (explain lists them)', 'RULE,...', GROUP.rules),
  skip: list('All rules but these', 'RULE,...', GROUP.rules),
  policy: Flags.string({
    summary: 'Own rules, severities and exceptions',
    description: 'A file with own rules, severities and exceptions (docs/policy.md)',
    helpValue: 'FILE',
    helpGroup: GROUP.rules,
  }),
};

const image = (programs: string) =>
  Flags.string({
    summary: 'Image (default: one on the node, or busybox)',
    description: `Image for the pods (default: one that the node already has, or busybox). It must contain ${programs} (busybox has them all)`,
    env: 'NETPREREQ_IMAGE',
    helpValue: 'IMAGE',
    helpGroup: GROUP.pods,
  });

/** The pods. */
export const podFlags = {
  image: image(
    'sh, awk, base64, grep, gunzip, head, od, readlink, sort, tr, uname, gzip or cksum, and for --least-privilege ls',
  ),
  'image-pull-policy': Flags.option({ options: PULL_POLICIES })({
    summary: `For --image: ${PULL_POLICIES.join(', ')}`,
    description: 'Pull policy for --image',
    helpValue: 'POLICY',
    helpGroup: GROUP.pods,
  }),
  'image-pull-secret': repeatable('Pull secret; repeatable', 'NAME', GROUP.pods),
  'priority-class': Flags.string({
    summary: 'Priority class; a critical one may evict pods',
    description: 'Priority class for the pods; a critical one may evict workloads',
    helpValue: 'NAME',
    helpGroup: GROUP.pods,
  }),
  'least-privilege': Flags.boolean({
    summary: 'Unprivileged pod; reads files from a volume',
    description:
      "No privilege, no host processes, no capabilities: reads the node's files through a read-only volume. " +
      'The namespace must still allow privileged pods, for hostNetwork and hostPath',
    helpGroup: GROUP.pods,
  }),
  timeout: Flags.string({
    summary: 'Time limit for one node',
    description: 'Time limit for one node, from the creation of its pod to its answer; a bare number means seconds',
    default: '60s',
    helpValue: 'DURATION',
    helpGroup: GROUP.pods,
  }),
  concurrency: Flags.string({
    summary: 'How many nodes at once',
    description:
      'How many nodes at once. If a node takes more than 3s, the next one starts: up to four times as many pods exist, ' +
      'with 1 only one',
    default: '32',
    helpValue: 'N',
    helpGroup: GROUP.pods,
  }),
};

const { image: _image, 'least-privilege': _leastPrivilege, concurrency: _concurrency, ...alike } = podFlags;

/** The pods of commands that change and check nodes. */
export const changingPodFlags = {
  image: image(
    'sh, awk, base64, cat, cp, date, dd, grep, gunzip, head, id, mkdir, mv, nsenter, od, readlink, rm, rmdir, sort, tr, uname, ' +
      'and gzip or cksum',
  ),
  ...alike,
};

/** Parsed values of profileFlags, as overrides of what was detected. */
export function overridesOf(flags: {
  cni?: ProfileOverrides['cni'];
  'kube-proxy-mode'?: ProfileOverrides['kubeProxyMode'];
  'ip-families'?: ProfileOverrides['ipFamilies'];
}): ProfileOverrides {
  return { cni: flags.cni, kubeProxyMode: flags['kube-proxy-mode'], ipFamilies: flags['ip-families'] };
}

/** Parsed values of podFlags, except those to which a command gives its own meaning. */
export interface PodFlagValues {
  image?: string | undefined;
  'image-pull-policy'?: (typeof PULL_POLICIES)[number] | undefined;
  'image-pull-secret'?: string[] | undefined;
  'priority-class'?: string | undefined;
  timeout: string;
  timeoutGiven: boolean;
}

/** Whether the user typed a flag that has a default, according to the parser. */
export function wasTyped(name: string, metadata: { flags: Record<string, { setFromDefault?: boolean }> }): boolean {
  return metadata.flags[name]?.setFromDefault !== true;
}

/** The same, as options of pods. */
export function podOptionsOf(flags: PodFlagValues) {
  return {
    image: { name: flags.image, pullPolicy: flags['image-pull-policy'] },
    imagePullSecrets: flags['image-pull-secret'] ?? [],
    priorityClass: flags['priority-class'],
    timeout: seconds('timeout', flags.timeout, 1),
    timeoutGiven: flags.timeoutGiven,
  };
}

/** How long --settle waits if it is not given. */
export const SETTLE = '5s';

/** Flags of commands that change nodes. @param does what --dry-run shows */
export const changeFlags = (does: string) => ({
  'dry-run': Flags.option({ options: ['none', 'client', 'server'] as const })({
    summary: `Show ${does} (=server: also try the pods)`,
    description: `Change nothing and show ${does}; server: also ask the API server whether it accepts the pods`,
    default: 'none',
    helpValue: 'HOW',
    helpGroup: GROUP.change,
  }),
  yes: Flags.boolean({
    char: 'y',
    summary: 'Do not ask; required without a terminal',
    helpGroup: GROUP.change,
  }),
  settle: Flags.string({
    summary: 'Wait before checking again',
    description: 'How long to wait before a changed node is checked again: another program may reset the value',
    default: SETTLE,
    helpValue: 'DURATION',
    helpGroup: GROUP.change,
  }),
  concurrency: Flags.string({
    summary: 'How many nodes to change at once',
    default: '1',
    helpValue: 'N',
    helpGroup: GROUP.change,
  }),
  'max-failures': Flags.string({
    summary: 'Stop after this many nodes have failed',
    default: '1',
    helpValue: 'N',
    helpGroup: GROUP.change,
  }),
});

/** The value of a flag that is given without one, like kubectl's --dry-run. */
export const BARE_VALUES: Readonly<Record<string, string>> = { 'dry-run': 'client' };

/** Other spellings of a flag's values, by flag. */
export const OTHER_SPELLINGS: Readonly<Record<string, (typed: string) => string>> = { lang: languageNamed };

/** Parsed values of kubectlFlags. */
export type KubectlFlagValues = KubectlFlags & { v?: string | undefined; 'request-timeout'?: string | undefined };
