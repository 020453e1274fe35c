import { expect } from 'vitest';
import { resolvConf } from '../../src/rules/resolv-conf.ts';
import { file } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const ETC = '/etc/resolv.conf';
const UPLINK = '/run/systemd/resolve/resolv.conf';
const kubelet = (...lines: string[]) => file('/var/lib/kubelet/config.yaml', 'kind: KubeletConfiguration', ...lines);
const stub = file(ETC, 'nameserver 127.0.0.53');
const uplink = file(UPLINK, 'nameserver 192.0.2.1', 'nameserver 2001:db8::1');

ruleTester(resolvConf, [
  {
    name: 'passes where /etc/resolv.conf leads to systemd-resolved and the kubelet does not go by it',
    misleads: 'cat /etc/resolv.conf',
    node: { files: [kubelet(`resolvConf: ${UPLINK}`), stub, uplink] },
    expected: { verdict: 'pass', now: { actual: '192.0.2.1, 2001:db8::1' } },
  },
  {
    name: 'warns where the kubelet goes by the stub, and names the better file',
    node: { files: [kubelet(), stub, uplink] },
    expected: {
      verdict: 'warn',
      severity: 'recommended',
      now: { verdict: 'fail', actual: '127.0.0.53', source: { file: ETC, line: 1 } },
      message: `${ETC} names 127.0.0.53, which in a pod is the pod itself`,
      remedy: [expect.stringContaining(`resolvConf: ${UPLINK}`)],
    },
  },
  {
    name: 'warns of a local dnsmasq before servers that can be reached, of which it knows no better file',
    node: { files: [kubelet('resolvConf: "/etc/resolv.conf"'), file(ETC, 'nameserver 192.0.2.1', 'nameserver ::1')] },
    expected: {
      verdict: 'warn',
      now: { source: { file: ETC, line: 2 } },
      remedy: [expect.not.stringContaining(UPLINK)],
    },
  },
  {
    name: 'passes without a name server',
    node: { files: [kubelet(), file(ETC)] },
    expected: { verdict: 'pass' },
  },
  ...(['k3s', 'rke2', 'talos', 'k0s'] as const).map((distribution) => ({
    name: `does not concern ${distribution}`,
    node: { files: [kubelet(), stub] },
    profile: { distribution },
    expected: { verdict: 'skip' as const },
  })),
  ...[
    ['a kubelet without a configuration file', [stub]],
    ['a kubelet that goes by another file', [kubelet('resolvConf: /etc/kubernetes/resolv.conf'), stub]],
    ['a kubelet that gives pods no name servers', [kubelet('resolvConf: ""'), stub]],
    ['a resolver file that is not there', [kubelet()]],
    ['a resolver file that cannot be read', [kubelet(), { ...stub, kind: 'unreadable' as const, lines: [] }]],
  ].map(([name, files]) => ({
    name: `does not concern ${name}`,
    node: { files: files as never },
    expected: { verdict: 'skip' as const },
  })),
  { name: 'does not concern a node whose files were not read', node: {}, expected: { verdict: 'skip' } },
]);
