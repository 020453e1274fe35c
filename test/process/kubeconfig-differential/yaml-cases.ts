import { type Case, differs, https, type Places, refused, single } from './case.ts';

/** A kubeconfig as people write it, with these lines for the cluster and for the user, and these around it. */
function yaml(at: Places, { cluster, user }: { cluster?: string; user?: string }): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: here',
    'shared:',
    '  login: &login {token: shared, as: jane}',
    '  other: &other {token: other, as: john, as-uid: "7"}',
    'clusters:',
    '- name: c',
    '  cluster:',
    `    server: https://localhost:${at.ports.https}`,
    `    ${cluster ?? `certificate-authority: ${at.pki.ca}`}`,
    'users:',
    '- name: u',
    '  user:',
    ...(user ?? 'token: plain').split('\n').map((line) => `    ${line}`),
    'contexts:',
    '- name: here',
    '  context: {cluster: c, user: u}',
    '',
  ].join('\n');
}

const user = (name: string, lines: string): Case => ({
  name: `${name}: ${lines.replaceAll('\n', ', ')}`,
  setup: (at) => ({ config: yaml(at, { user: lines }) }),
});
const whole = (name: string, change: (text: string, at: Places) => string): Case => ({
  name,
  setup: (at) => ({ config: change(yaml(at, {}), at) }),
});

const LIBRARY = 'kubectl has go-yaml, YAML 1.1 with liberties; the yaml package reads it as its specification says';

/** kubectl's YAML is go-yaml v2: YAML 1.1, with liberties. */
export const YAML: readonly Case[] = [
  user('a merge key', '<<: *login'),
  user('a merge key before a key of its own', '<<: *login\ntoken: own'),
  differs(LIBRARY, user('a merge key behind a key of its own', 'token: own\n<<: *login')),
  user('a merge key with a list', '<<: [*login, *other]'),
  user('a merge key with a map', '<<: {token: inline}'),
  refused(user('a merge key with a text', '<<: text')),
  user('a merge key in quotes is none', '"<<": *login\ntoken: own'),
  user('a key that is repeated', 'token: first\ntoken: last'),
  whole('a section that is repeated', (text) => `${text}users: [{name: u, user: {token: last}}]\n`),
  whole('a second document', (text) => `${text}---\ncurrent-context: gone\n`),
  whole('a second document that is no YAML', (text) => `---\n${text}---\n"unclosed\n`),
  refused(whole('an empty document before it', (text) => `---\n---\n${text}`)),
  whole('something behind the end of the document', (text) => `${text}...\nusers: [\n`),
  whole('%YAML 1.1', (text) => `%YAML 1.1\n---\n${text}`),
  differs(LIBRARY, refused(whole('%YAML 1.2', (text) => `%YAML 1.2\n---\n${text}`))),
  whole('a byte order mark', (text) => `\ufeff${text}`),
  differs(LIBRARY, refused(whole('a control character', (text) => `${text}# \u0001\n`))),
  ...['yes', 'on', 'y', 'True'].map(
    (word): Case => ({
      name: `insecure-skip-tls-verify: ${word}`,
      setup: (at) => ({ config: yaml(at, { cluster: `insecure-skip-tls-verify: ${word}` }) }),
    }),
  ),
  refused({
    name: 'insecure-skip-tls-verify: "yes"',
    setup: (at) => ({ config: yaml(at, { cluster: 'insecure-skip-tls-verify: "yes"' }) }),
  }),
  ...['yes', 'on', 'n', '1_000', '017', '0x1F', '0b1', '089', '1e3', '.5', '.inf', '!!int "3"'].map((word) =>
    refused(user('no token', `token: ${word}`)),
  ),
  ...['0o17', '!!int x'].map((word) => differs(LIBRARY, refused(user('no token', `token: ${word}`)))),
  ...['1:30', '2001-01-01', '!!binary aGVsbG8='].map((word) => differs(LIBRARY, user('a token', `token: ${word}`))),
  ...['0x', '1_a', '<<', '!!str yes', '!mine yes', '! 12'].map((word) => user('a token', `token: ${word}`)),
  refused(user('no token', 'token: !!binary "%%%"')),
  user('keys that are no texts', 'token: t\nas: jane\nas-user-extra: {1: [a], yes: [b]}'),
  differs(LIBRARY, refused(user('a key that is null', 'token: t\nas: jane\nas-user-extra: {null: [a]}'))),
  refused(user('an anchor that is not there', 'token: *gone')),
  refused(user('an anchor within itself', 'token: &a [*a]')),
  { name: 'JSON', setup: (at) => ({ config: JSON.stringify(single(https(at)), undefined, '\t') }) },
];
