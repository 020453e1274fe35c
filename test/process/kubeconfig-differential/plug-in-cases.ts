import { type Case, certificateOf, differs, type Entry, http, https, refused, single, TOKEN } from './case.ts';

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const credential = (status: string, apiVersion = V1) =>
  JSON.stringify({ apiVersion, kind: 'ExecCredential', status: JSON.parse(status) });

/** A plug-in beside the kubeconfig that notes what it was told, and prints what it is given. */
const PLUGIN = `#!/bin/sh
printf '%s\\n' "$KUBERNETES_EXEC_INFO" >>"$NOTES"
echo "the plug-in says $WORD" >&2
printf '%s\\n' "$1"
`;

function plugin(
  name: string,
  options: { exec?: Entry; output?: string; user?: Entry; cluster?: Entry; args?: string[] },
): Case {
  return {
    name,
    setup: (at) => {
      const exec = {
        apiVersion: V1,
        command: './plugin',
        args: [options.output ?? credential('{"token":"of-the-plug-in"}')],
        env: [
          { name: 'NOTES', value: `${at.directory}/notes` },
          { name: 'WORD', value: 'hello' },
        ],
        interactiveMode: 'Never',
        ...options.exec,
      };
      return {
        config: single({ ...https(at), ...options.cluster }, { ...options.user, exec }),
        files: { plugin: PLUGIN },
        args: options.args ?? [],
      };
    },
  };
}

const NOT_OURS = 'what the plug-in and the system can do with is not ours to refuse';

export const PLUGINS: readonly Case[] = [
  plugin('a plug-in', {}),
  plugin('a plug-in of v1beta1', { exec: { apiVersion: V1BETA1 }, output: credential('{"token":"beta"}', V1BETA1) }),
  refused(plugin('a plug-in of v1alpha1', { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1' } })),
  refused(plugin('a plug-in that answers in another version', { output: credential('{"token":"beta"}', V1BETA1) })),
  differs(NOT_OURS, refused(plugin('a plug-in without interactiveMode', { exec: { interactiveMode: undefined } }))),
  plugin('a plug-in of v1beta1 without interactiveMode', {
    exec: { apiVersion: V1BETA1, interactiveMode: undefined },
    output: credential('{"token":"beta"}', V1BETA1),
  }),
  plugin('a plug-in that wants a terminal if there is one', { exec: { interactiveMode: 'IfAvailable' } }),
  refused(plugin('a plug-in that must have a terminal', { exec: { interactiveMode: 'Always' } })),
  differs(
    NOT_OURS,
    refused(plugin('a plug-in with an unknown interactiveMode', { exec: { interactiveMode: 'Sometimes' } })),
  ),
  refused(plugin('a plug-in without a command', { exec: { command: '' } })),
  refused(plugin('a plug-in without apiVersion', { exec: { apiVersion: '' } })),
  refused(plugin('a plug-in that is not there', { exec: { command: './gone', installHint: 'fetch it' } })),
  differs(
    NOT_OURS,
    refused(plugin('a plug-in with a nameless variable', { exec: { env: [{ name: '', value: 'x' }] } })),
  ),
  plugin('a plug-in that is told about the cluster', { exec: { provideClusterInfo: true } }),
  plugin('a plug-in that is told about a cluster with everything', {
    exec: { provideClusterInfo: true },
    cluster: {
      'tls-server-name': 'kubernetes.test',
      'disable-compression': true,
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x', list: [1] } }],
    },
  }),
  plugin('a plug-in and --token', { args: ['--token', 'typed'] }),
  plugin('a plug-in and a name and a password', { user: { username: 'jane', password: 'pw' } }),
  plugin('a plug-in and a token', { user: TOKEN }),
  plugin('a plug-in and impersonation', { args: ['--as', 'jane'] }),
  plugin('a plug-in whose credential has expired', {
    output: credential('{"token":"old","expirationTimestamp":"2020-01-01T00:00:00Z"}'),
  }),
  refused(
    plugin('a plug-in with an expiry that is no time', {
      output: credential('{"token":"x","expirationTimestamp":"soon"}'),
    }),
  ),
  refused(plugin('a plug-in without a status', { output: JSON.stringify({ apiVersion: V1, kind: 'ExecCredential' }) })),
  refused(plugin('a plug-in without a credential', { output: credential('{}') })),
  refused(plugin('a plug-in that prints a newline in its token', { output: credential('{"token":"a\\n"}') })),
  {
    name: 'a plug-in that gives a client certificate',
    setup: (at) => {
      const text = (file: string) => Buffer.from(at.base64(file), 'base64').toString();
      const status = { clientCertificateData: text(at.pki.client), clientKeyData: text(at.pki.clientKey) };
      return plugin('', { output: credential(JSON.stringify(status)) }).setup(at);
    },
  },
  {
    name: 'a plug-in and a client certificate',
    setup: (at) => plugin('', { user: certificateOf(at) }).setup(at),
  },
  {
    name: 'a plug-in is not started for plain http',
    setup: (at) => plugin('', { cluster: { ...http(at), 'certificate-authority': undefined } }).setup(at),
  },
];
