import type { ConfigFile } from '../../src/facts/facts.ts';
import { wickedForwarding } from '../../src/rules/wicked-forwarding.ts';
import { FORWARD4, FORWARD6, file } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const LINK = '/run/systemd/units/invocation:wickedd.service';
/** A node whose forwarding is on at the moment. */
const node = (sysctl: readonly ConfigFile[], runs = true): RuleCase['node'] => ({
  paths: { '/run/systemd/units': true, [LINK]: runs },
  os: { id: 'sles', versionId: '15.5' },
  boot: { init: 'systemd', commandLine: '', maskedUnits: [], sysctl },
});
const v4: RuleCase['profile'] = { ipFamilies: ['IPv4'] };
const RKE2 = file('/etc/sysctl.d/90-rke2.conf', 'net.ipv4.conf.all.forwarding=1', 'net.ipv6.conf.all.forwarding=1');
const YAST = file('/etc/sysctl.d/70-yast.conf', 'net.ipv4.ip_forward = 0');

ruleTester(wickedForwarding, [
  {
    name: 'warns where no file has it, though it is on now',
    misleads: 'sysctl',
    node: node([]),
    profile: v4,
    expected: { verdict: 'warn', now: { verdict: 'fail', cause: 'unset' }, message: `no sysctl file sets ${FORWARD4}` },
  },
  {
    name: "warns by YaST's line, which it names",
    node: node([YAST]),
    profile: v4,
    expected: {
      verdict: 'warn',
      now: { verdict: 'fail', cause: 'overridden', source: { file: '/etc/sysctl.d/70-yast.conf', line: 1 } },
    },
  },
  {
    name: 'passes with the file that RKE2 documents, after YaST’s',
    node: node([YAST, RKE2]),
    expected: { verdict: 'pass' },
  },
  {
    name: 'is not misled by a right file that an earlier name puts before a wrong one',
    node: node([file('/etc/sysctl.d/50-k8s.conf', 'net.ipv4.ip_forward = 1'), YAST]),
    profile: v4,
    expected: { verdict: 'warn', now: { verdict: 'fail' } },
  },
  {
    name: 'warns for IPv6 where the cluster uses it',
    node: node([file('/etc/sysctl.d/90-k8s.conf', 'net.ipv4.ip_forward = 1')]),
    expected: { verdict: 'warn', message: `no sysctl file sets ${FORWARD6}` },
  },
  {
    name: 'does not ask for IPv6 where the cluster does not use it',
    node: node([file('/etc/sysctl.d/90-k8s.conf', 'net.ipv4.ip_forward = 1')]),
    profile: v4,
    expected: { verdict: 'pass' },
  },
  {
    name: 'is unknown where the files were not read',
    node: node([{ path: '/etc/sysctl.d', kind: 'unreadable', lines: [] }]),
    expected: { now: { verdict: 'unknown' } },
  },
  {
    name: 'does not concern a node on which wicked does not run',
    node: node([], false),
    expected: { verdict: 'skip' },
  },
]);
