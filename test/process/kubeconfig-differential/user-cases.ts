import {
  type Case,
  certificateDataOf,
  certificateOf,
  cluster,
  flags,
  http,
  https,
  single,
  TOKEN,
  user,
} from './case.ts';

/** kubectl asks for a name and a password on standard input. */
const ASKS =
  'nobody is asked anything: without a credential the request is anonymous, and the server says what it thinks of that';
const TYPED = 'what is typed counts: kubectl sends the token of the file';

export const USERS: readonly Case[] = [
  user('a token', () => TOKEN),
  { ...user('a token file', () => ({ tokenFile: '/dev/null' })), deliberate: ASKS },
  {
    name: 'a token file with a newline',
    setup: (at) => ({ config: single(https(at), { tokenFile: 'token' }), files: { token: 'of-token-file\n' } }),
  },
  {
    name: 'a token and a token file',
    setup: (at) => ({ config: single(https(at), { token: 'inline', tokenFile: 'token' }), files: { token: 'filed' } }),
  },
  user('a token and a token file that is not there', () => ({ token: 'inline', tokenFile: '/gone' })),
  user('a token file that is not there', () => ({ tokenFile: '/gone' })),
  {
    name: 'a token file and --token',
    deliberate: TYPED,
    setup: (at) => ({
      config: single(https(at), { tokenFile: 'token' }),
      files: { token: 'filed' },
      args: ['--token', 'typed'],
    }),
  },
  user('a name and a password', () => ({ username: 'jane', password: 'p:w' })),
  user('a name without a password', () => ({ username: 'jane' })),
  { ...user('a password without a name', () => ({ password: 'pw' })), deliberate: ASKS },
  user('a token, and a name and a password', () => ({ ...TOKEN, username: 'jane', password: 'pw' })),
  user('a client certificate', certificateOf),
  user('client certificate data', certificateDataOf),
  user('a client certificate and its data', (at) => ({ ...certificateOf(at), ...certificateDataOf(at) })),
  user('a client certificate and a token', (at) => ({ ...certificateOf(at), ...TOKEN })),
  user('a client certificate, and a name and a password', (at) => ({
    ...certificateOf(at),
    username: 'jane',
    password: 'pw',
  })),
  user('a client certificate without its key', ({ pki }) => ({ 'client-certificate': pki.client })),
  { ...user('a client key without its certificate', ({ pki }) => ({ 'client-key': pki.clientKey })), deliberate: ASKS },
  user('a client certificate with the key of another', ({ pki }) => ({
    'client-certificate': pki.client,
    'client-key': pki.otherClientKey,
  })),
  user('a client certificate that is not there', ({ pki }) => ({
    'client-certificate': '/gone.pem',
    'client-key': pki.clientKey,
  })),
  user('a certificate file with key data', ({ pki, base64 }) => ({
    'client-certificate': pki.client,
    'client-key-data': base64(pki.clientKey),
  })),
  user('auth-provider gcp', () => ({ 'auth-provider': { name: 'gcp', config: { 'access-token': 'x' } } })),
  user('auth-provider azure', () => ({ 'auth-provider': { name: 'azure', config: {} } })),
  user('auth-provider that nobody knows', () => ({ 'auth-provider': { name: 'mine' } })),
  user('auth-provider beside a token', () => ({ ...TOKEN, 'auth-provider': { name: 'gcp' } })),
  { ...user('no credential at all', () => ({})), deliberate: ASKS },
];

export const USER_FLAGS: readonly Case[] = [
  flags('--token over the token of the file', () => ['--token', 'typed']),
  user('--token over a client certificate', certificateOf, () => ['--token', 'typed']),
  user(
    '--token beside a name and a password',
    () => ({ username: 'jane', password: 'pw' }),
    () => ['--token', 'typed'],
  ),
  user(
    '--username and --password',
    () => ({}),
    () => ['--username', 'jane', '--password', 'pw'],
  ),
  user(
    '--username over the name of the file',
    () => ({ username: 'john', password: 'pw' }),
    () => ['--username', 'jane'],
  ),
  flags('--username and --password beside a token', () => ['--username', 'jane', '--password', 'pw']),
  flags('--username and --token', () => ['--username', 'jane', '--password', 'pw', '--token', 'typed']),
  flags('--client-certificate and --client-key', ({ pki }) => [
    '--client-certificate',
    pki.client,
    '--client-key',
    pki.clientKey,
  ]),
  user('--client-certificate and --client-key over data', certificateDataOf, ({ pki }) => [
    '--client-certificate',
    pki.otherClient,
    '--client-key',
    pki.otherClientKey,
  ]),
  flags('--client-certificate alone', ({ pki }) => ['--client-certificate', pki.client]),
  flags('--as, --as-group, --as-uid', () => ['--as', 'jane', '--as-group', 'a,b', '--as-group=c', '--as-uid', '7']),
  flags('--as-group without --as', () => ['--as-group', 'a']),
  user('impersonation of the file', () => ({
    ...TOKEN,
    as: 'root',
    'as-uid': '7',
    'as-groups': ['a', 'b'],
    'as-user-extra': { 'Example.com/Scopes': ['view', 'edit'], 'a%b': ['x y'] },
  })),
  user(
    'impersonation of the file and --as',
    () => ({ ...TOKEN, as: 'root', 'as-groups': ['a'] }),
    () => ['--as', 'jane'],
  ),
  user(
    'impersonation of the file and --as-group',
    () => ({ ...TOKEN, as: 'root', 'as-groups': ['a'] }),
    () => ['--as-group', 'b'],
  ),
  user('groups of the file without a user', () => ({ ...TOKEN, 'as-groups': ['a'] })),
  cluster('impersonation over plain http', http, () => ['--as', 'jane']),
];
