import type { Certificates } from './certificates.ts';
import type { RecordingServer } from './recording-server.ts';

/** What a case may refer to. */
export interface Places {
  /** The case's own directory, also its HOME and working directory. */
  directory: string;
  ports: RecordingServer['ports'];
  pki: Certificates;
  /** A certificate's or a key's text in base64, as the -data fields of a kubeconfig have it. */
  base64(file: string): string;
}

/** What both commands are started with. */
export interface Setup {
  /** Written to `config`, which KUBECONFIG names unless `env` has another. */
  config?: Kubeconfig | string;
  /** Other files, by their path in the directory. */
  files?: Record<string, Kubeconfig | string>;
  args?: string[];
  env?: Record<string, string>;
  /** Files of a pod's service account, by name: both commands run where the kubelet would have put them. */
  account?: Record<string, string>;
}

export interface Case {
  name: string;
  setup(at: Places): Setup;
  /** kubectl sends no request. Without it kubectl must send one, or a case could be green because something else is wrong. */
  refused?: true;
  /** Why ours does something else, where it is meant to. */
  deliberate?: string;
}

/** The case, of which kubectl thinks that nothing can be sent. */
export const refused = (one: Case): Case => ({ ...one, refused: true });

/** The case, where ours does something else on purpose. */
export const differs = (deliberate: string, one: Case): Case => ({ ...one, deliberate });

export type Entry = Record<string, unknown>;
type Kubeconfig = Entry;

interface Names {
  clusters?: Record<string, Entry>;
  users?: Record<string, Entry>;
  contexts?: Record<string, Entry>;
  current?: string;
}

/** A kubeconfig of these entries. */
export function kubeconfig({ clusters = {}, users = {}, contexts = {}, current }: Names): Kubeconfig {
  const named = (entries: Record<string, Entry>, key: string) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [key]: entry }));
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named(clusters, 'cluster'),
    users: named(users, 'user'),
    contexts: named(contexts, 'context'),
    ...(current === undefined ? {} : { 'current-context': current }),
  };
}

export const https = ({ ports, pki }: Places, host = 'localhost'): Entry => ({
  server: `https://${host}:${ports.https}`,
  'certificate-authority': pki.ca,
});
export const http = ({ ports }: Places): Entry => ({ server: `http://localhost:${ports.http}` });
/** kubectl asks for a name and a password on standard input. */
export const ASKS =
  'nobody is asked anything: without a credential the request is anonymous, and the server says what it thinks of that';
/** Whoever wrote both does not learn it from this command. */
export const ONE_COUNTS =
  'of two things that say the same one counts: what is typed, a token before a name and a password, data before a file';
export const TOKEN = { token: 'of-the-file' };

/** A kubeconfig of one cluster and one user. */
export const single = (cluster: Entry, user: Entry = TOKEN): Kubeconfig =>
  kubeconfig({
    clusters: { c: cluster },
    users: { u: user },
    contexts: { here: { cluster: 'c', user: 'u' } },
    current: 'here',
  });

export const certificateOf = ({ pki }: Places): Entry => ({
  'client-certificate': pki.client,
  'client-key': pki.clientKey,
});
export const certificateDataOf = ({ pki, base64 }: Places): Entry => ({
  'client-certificate-data': base64(pki.client),
  'client-key-data': base64(pki.clientKey),
});

/** The default cluster with this user and these flags. */
export const user = (name: string, entry: (at: Places) => Entry, args?: (at: Places) => string[]): Case => ({
  name,
  setup: (at) => ({ config: single(https(at), entry(at)), ...(args ? { args: args(at) } : {}) }),
});

/** This cluster with a token and these flags. */
export const cluster = (name: string, entry: (at: Places) => Entry, args?: (at: Places) => string[]): Case => ({
  name,
  setup: (at) => ({ config: single(entry(at)), ...(args ? { args: args(at) } : {}) }),
});

/** The default cluster and user with these flags. */
export const flags = (name: string, args: (at: Places) => string[]): Case => cluster(name, https, args);
