import {
  ASKS,
  type Case,
  certificateDataOf,
  certificateOf,
  cluster,
  differs,
  flags,
  http,
  https,
  ONE_COUNTS,
  refused,
  single,
  TOKEN,
  user,
} from './case.ts';

const TYPED = 'what is typed counts: kubectl sends the token of the file';

export const USERS: readonly Case[] = [
  user('a token', () => TOKEN),
  { refused: true, ...user('a token file', () => ({ tokenFile: '/dev/null' })), deliberate: ASKS },
  {
    name: 'a token file with a newline',
    setup: (at) => ({ config: single(https(at), { tokenFile: 'token' }), files: { token: 'of-token-file\n' } }),
  },
  {
    name: 'a token and a token file',
    setup: (at) => ({ config: single(https(at), { token: 'inline', tokenFile: 'token' }), files: { token: 'filed' } }),
  },
  user('a token and a token file that is not there', () => ({ token: 'inline', tokenFile: '/gone' })),
  refused(user('a token file that is not there', () => ({ tokenFile: '/gone' }))),
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
  { refused: true, ...user('a password without a name', () => ({ password: 'pw' })), deliberate: ASKS },
  differs(
    ONE_COUNTS,
    refused(user('a token, and a name and a password', () => ({ ...TOKEN, username: 'jane', password: 'pw' }))),
  ),
  user('a client certificate', certificateOf),
  user('client certificate data', certificateDataOf),
  differs(
    ONE_COUNTS,
    refused(user('a client certificate and its data', (at) => ({ ...certificateOf(at), ...certificateDataOf(at) }))),
  ),
  user('a client certificate and a token', (at) => ({ ...certificateOf(at), ...TOKEN })),
  user('a client certificate, and a name and a password', (at) => ({
    ...certificateOf(at),
    username: 'jane',
    password: 'pw',
  })),
  refused(user('a client certificate without its key', ({ pki }) => ({ 'client-certificate': pki.client }))),
  {
    refused: true,
    ...user('a client key without its certificate', ({ pki }) => ({ 'client-key': pki.clientKey })),
    deliberate: ASKS,
  },
  refused(
    user('a client certificate with the key of another', ({ pki }) => ({
      'client-certificate': pki.client,
      'client-key': pki.otherClientKey,
    })),
  ),
  refused(
    user('a client certificate that is not there', ({ pki }) => ({
      'client-certificate': '/gone.pem',
      'client-key': pki.clientKey,
    })),
  ),
  user('a certificate file with key data', ({ pki, base64 }) => ({
    'client-certificate': pki.client,
    'client-key-data': base64(pki.clientKey),
  })),
  refused(user('auth-provider gcp', () => ({ 'auth-provider': { name: 'gcp', config: { 'access-token': 'x' } } }))),
  refused(user('auth-provider azure', () => ({ 'auth-provider': { name: 'azure', config: {} } }))),
  refused(user('auth-provider that nobody knows', () => ({ 'auth-provider': { name: 'mine' } }))),
  refused(user('auth-provider beside a token', () => ({ ...TOKEN, 'auth-provider': { name: 'gcp' } }))),
  { refused: true, ...user('no credential at all', () => ({})), deliberate: ASKS },
];

export const USER_FLAGS: readonly Case[] = [
  flags('--token over the token of the file', () => ['--token', 'typed']),
  user('--token over a client certificate', certificateOf, () => ['--token', 'typed']),
  differs(
    ONE_COUNTS,
    refused(
      user(
        '--token beside a name and a password',
        () => ({ username: 'jane', password: 'pw' }),
        () => ['--token', 'typed'],
      ),
    ),
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
  differs(
    ONE_COUNTS,
    refused(flags('--username and --password beside a token', () => ['--username', 'jane', '--password', 'pw'])),
  ),
  differs(
    ONE_COUNTS,
    refused(flags('--username and --token', () => ['--username', 'jane', '--password', 'pw', '--token', 'typed'])),
  ),
  flags('--client-certificate and --client-key', ({ pki }) => [
    '--client-certificate',
    pki.client,
    '--client-key',
    pki.clientKey,
  ]),
  differs(
    ONE_COUNTS,
    refused(
      user('--client-certificate and --client-key over data', certificateDataOf, ({ pki }) => [
        '--client-certificate',
        pki.otherClient,
        '--client-key',
        pki.otherClientKey,
      ]),
    ),
  ),
  refused(flags('--client-certificate alone', ({ pki }) => ['--client-certificate', pki.client])),
  flags('--as, --as-group, --as-uid', () => ['--as', 'jane', '--as-group', 'a,b', '--as-group=c', '--as-uid', '7']),
  refused(flags('--as-group without --as', () => ['--as-group', 'a'])),
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
  refused(user('groups of the file without a user', () => ({ ...TOKEN, 'as-groups': ['a'] }))),
  ...['jäne', 'Łukasz', '山', '\u{1f600}', 'a b', ' a ', 'a\tb'].map((name) =>
    flags(`--as ${JSON.stringify(name)}`, () => ['--as', name]),
  ),
  refused(flags('--as with a newline', () => ['--as', 'a\nb'])),
  flags('groups and a UID beyond ASCII', () => [
    '--as',
    'jane',
    '--as-group',
    'Grüppe',
    '--as-group',
    '群',
    '--as-uid',
    'ł',
  ]),
  flags('--token beyond ASCII', () => ['--token', 'tökeń']),
  differs(
    ONE_COUNTS,
    refused(
      flags('--username and --password beyond ASCII', () => ['--token=', '--username', 'jäne', '--password', 'pä']),
    ),
  ),
  user('a name and a password beyond ASCII', () => ({ username: 'Łukasz', password: '山' })),
  user('impersonation of the file beyond ASCII', () => ({
    ...TOKEN,
    as: 'Łukasz',
    'as-groups': ['Grüppe'],
    'as-user-extra': { schlüssel: ['wört'], Łx: ['ł'] },
  })),
  ...['a(b)', "a*b!'", 'a:b;c', 'a,b=c', '{a}[b]', 'a"b<c>', 'a~b^c`d|e', 'a/b\\c', 'a b', '', 'A%2f'].map((key) =>
    user(`as-user-extra with the key ${JSON.stringify(key)}`, () => ({
      ...TOKEN,
      as: 'jane',
      'as-user-extra': { [key]: ['v'] },
    })),
  ),
  cluster('impersonation over plain http', http, () => ['--as', 'jane']),
];
