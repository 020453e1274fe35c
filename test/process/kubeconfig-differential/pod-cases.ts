import { type Case, https, kubeconfig, type Places, refused, type Setup, single } from './case.ts';

const text = (at: Places, file: string) => Buffer.from(at.base64(file), 'base64').toString();

/** Within a pod that has a service account, and no kubeconfig unless the case brings one. */
const pod = (name: string, setup: (at: Places) => Setup = () => ({})): Case => ({
  name,
  setup: (at) => ({
    account: { token: 'of-the-account\n', 'ca.crt': text(at, at.pki.ca), namespace: 'here' },
    ...setup(at),
    env: {
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(at.ports.https),
      KUBECONFIG: 'missing',
      ...setup(at).env,
    },
  }),
});

const ACCOUNT_COUNTS =
  'in a pod the flag applies to its service account, which kubectl ignores as soon as a flag is given';

export const PODS: readonly Case[] = [
  pod('its service account'),
  pod('and --namespace', () => ({ args: ['--namespace', 'x'] })),
  pod('and a kubeconfig', (at) => ({ config: single(https(at)), env: { KUBECONFIG: 'config' } })),
  pod('and a kubeconfig in the home directory', (at) => ({
    files: { '.kube/config': single(https(at)) },
    env: { KUBECONFIG: '' },
  })),
  pod('and an empty kubeconfig', () => ({ config: '', env: { KUBECONFIG: 'config' } })),
  pod('and a kubeconfig without entries', () => ({ config: kubeconfig({}), env: { KUBECONFIG: 'config' } })),
  pod('and --server: the token is not for that one', ({ ports }) => ({
    args: ['--server', `http://localhost:${ports.http}`],
  })),
  pod('and --server over https: the token is not for that one', ({ ports, pki }) => ({
    args: ['--server', `https://localhost:${ports.https}`, '--certificate-authority', pki.ca, '--token', 'typed'],
  })),
  refused(pod('and --kubeconfig that is not there', () => ({ args: ['--kubeconfig', 'gone'] }))),
  refused(pod('and --context', () => ({ args: ['--context', 'x'] }))),
  refused(
    pod('an authority that did not sign', (at) => ({
      account: { token: 't', 'ca.crt': text(at, at.pki.strangerCa), namespace: 'here' },
    })),
  ),
  refused(pod('without ca.crt', () => ({ account: { token: 't', namespace: 'here' } }))),
  refused(pod('without a token', (at) => ({ account: { 'ca.crt': text(at, at.pki.ca), namespace: 'here' } }))),
  refused(pod('without KUBERNETES_SERVICE_HOST', () => ({ env: { KUBERNETES_SERVICE_HOST: '' } }))),
  pod('and --token', () => ({ args: ['--token', 'typed'] })),
  { ...refused(pod('and --as', () => ({ args: ['--as', 'jane'] }))), deliberate: ACCOUNT_COUNTS },
  {
    ...refused(pod('and --request-timeout', () => ({ args: ['--request-timeout', '9s'] }))),
    deliberate: ACCOUNT_COUNTS,
  },
];
