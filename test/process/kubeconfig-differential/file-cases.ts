import { type Case, cluster, type Entry, https, kubeconfig, refused, single, TOKEN, user } from './case.ts';

export const FILES: readonly Case[] = [
  {
    name: 'two files: entries of both, the first current-context',
    setup: (at) => ({
      files: {
        first: kubeconfig({ contexts: { a: { cluster: 'c', user: 'u' } }, current: 'a' }),
        second: kubeconfig({
          clusters: { c: https(at) },
          users: { u: TOKEN },
          contexts: { b: { cluster: 'c' } },
          current: 'b',
        }),
      },
      env: { KUBECONFIG: 'first:second' },
    }),
  },
  {
    name: 'two files: of the entries with one name the first, whole',
    setup: (at) => ({
      files: {
        first: kubeconfig({ clusters: { c: https(at) }, users: { u: { token: 'first' } } }),
        second: single({ ...https(at), 'tls-server-name': 'kubernetes.test' }, { token: 'second', as: 'jane' }),
      },
      env: { KUBECONFIG: 'first:second' },
    }),
  },
  {
    name: 'two files: of the contexts with one name the first',
    setup: (at) => ({
      files: {
        first: kubeconfig({ contexts: { here: { cluster: 'c', user: 'x' } }, users: { x: { token: 'x' } } }),
        second: single(https(at)),
      },
      env: { KUBECONFIG: 'first:second' },
    }),
  },
  {
    name: 'missing and empty names in KUBECONFIG are passed over',
    setup: (at) => ({ config: single(https(at)), env: { KUBECONFIG: `missing::${at.directory}/config:gone` } }),
  },
  {
    name: 'an empty file among several',
    setup: (at) => ({ config: single(https(at)), files: { empty: '' }, env: { KUBECONFIG: 'empty:config' } }),
  },
  {
    name: 'a broken file behind one that would do',
    refused: true,
    setup: (at) => ({ config: single(https(at)), files: { broken: 'users: [' }, env: { KUBECONFIG: 'config:broken' } }),
  },
  {
    name: 'a directory among the files',
    refused: true,
    setup: (at) => ({ config: single(https(at)), files: { 'folder/file': '' }, env: { KUBECONFIG: 'config:folder' } }),
  },
  {
    name: 'relative paths belong to the file that has them',
    setup: (at) => ({
      files: {
        'one/config': kubeconfig({ contexts: { here: { cluster: 'c', user: 'u' } }, current: 'here' }),
        'two/config': kubeconfig({
          clusters: { c: { ...https(at), 'certificate-authority': 'pki/ca.pem' } },
          users: { u: { tokenFile: '../token' } },
        }),
        'two/pki/ca.pem': Buffer.from(at.base64(at.pki.ca), 'base64').toString(),
        token: 'of-a-file-nearby\n',
      },
      env: { KUBECONFIG: 'one/config:two/config' },
    }),
  },
  {
    name: '--kubeconfig replaces KUBECONFIG',
    setup: (at) => ({
      config: single(https(at), { token: 'environment' }),
      files: { other: single(https(at), { token: 'flag' }) },
      args: ['--kubeconfig', 'other'],
    }),
  },
  {
    name: '--kubeconfig with a name that does not exist',
    refused: true,
    setup: (at) => ({ config: single(https(at)), args: ['--kubeconfig', 'missing'] }),
  },
  {
    name: '--kubeconfig is one file, not a list',
    refused: true,
    setup: (at) => ({ config: single(https(at)), args: ['--kubeconfig', 'missing:config'] }),
  },
  {
    name: 'without KUBECONFIG it is ~/.kube/config',
    setup: (at) => ({ files: { '.kube/config': single(https(at)) }, env: { KUBECONFIG: '' } }),
  },
  {
    name: 'KUBECONFIG with empty names only',
    refused: true,
    setup: (at) => ({ files: { '.kube/config': single(https(at)) }, env: { KUBECONFIG: ':' } }),
  },
  { name: 'without any file', refused: true, setup: () => ({ env: { KUBECONFIG: 'missing' } }) },
  {
    name: 'without any file, KUBERNETES_MASTER names the server',
    setup: ({ ports }) => ({
      env: { KUBECONFIG: 'missing', KUBERNETES_MASTER: `http://localhost:${ports.http}` },
    }),
  },
  {
    name: 'two entries with one name in one file',
    refused: true,
    setup: (at) => {
      const config = single(https(at));
      return { config: { ...config, users: [...(config.users as Entry[]), { name: 'u', user: { token: 'again' } }] } };
    },
  },
  { name: 'a file that is no YAML', refused: true, setup: () => ({ config: '"unclosed' }) },
  { name: 'a file that is a text', refused: true, setup: () => ({ config: 'hello' }) },
  {
    name: 'a list where a map belongs',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), users: { u: TOKEN } } }),
  },
  refused(user('a token that is a number', () => ({ token: 123 }))),
  refused(cluster('a boolean that is a text', (at) => ({ ...https(at), 'insecure-skip-tls-verify': 'true' }))),
  cluster('unknown fields are passed over', (at) => ({ ...https(at), 'new-field': { a: [1] } })),
  {
    name: 'a kubeconfig of another apiVersion',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), apiVersion: 'v2' } }),
  },
  {
    name: 'a kubeconfig of another kind',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), kind: 'Pod' } }),
  },
  {
    name: 'a kubeconfig without apiVersion and kind',
    setup: (at) => {
      const { apiVersion, kind, ...rest } = single(https(at));
      return { config: rest };
    },
  },
];

const amongSeveral = (flag: string): Case => ({
  name: `${flag} among several`,
  setup: (at) => ({
    config: kubeconfig({
      clusters: { c: https(at), d: { ...https(at), server: `https://127.0.0.1:${at.ports.https}/prefix` } },
      users: { u: TOKEN, v: { token: 'of-v' } },
      contexts: { here: { cluster: 'c', user: 'u' }, other: { cluster: 'd', user: 'v' } },
      current: 'here',
    }),
    args: [flag],
  }),
});

export const CONTEXTS: readonly Case[] = [
  ...['--context=other', '--cluster=d', '--user=v', '--context='].map(amongSeveral),
  ...['--context=gone', '--cluster=gone', '--user=gone'].map((flag) => refused(amongSeveral(flag))),
  {
    name: 'a current-context that does not exist',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), 'current-context': 'gone' } }),
  },
  {
    name: 'a current-context that does not exist, and --cluster and --user',
    refused: true,
    setup: (at) => ({
      config: { ...single(https(at)), 'current-context': 'gone' },
      args: ['--cluster', 'c', '--user', 'u'],
    }),
  },
  {
    name: 'no current-context, but --cluster and --user',
    setup: (at) => ({
      config: kubeconfig({ clusters: { c: https(at) }, users: { u: TOKEN } }),
      args: ['--cluster', 'c', '--user', 'u'],
    }),
  },
  {
    name: 'no current-context',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), 'current-context': '' } }),
  },
  {
    name: 'a context whose cluster does not exist',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), clusters: [] } }),
  },
  {
    name: 'a context whose user does not exist',
    refused: true,
    setup: (at) => ({ config: { ...single(https(at)), users: [] } }),
  },
  {
    name: 'a flag that is repeated: the last one counts',
    setup: (at) => ({
      config: single(https(at)),
      args: ['--token', 'first', '--token=second', '--context', 'gone', '--context', 'here'],
    }),
  },
];
