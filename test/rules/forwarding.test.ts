import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { ConfigFile } from '../../src/collect/facts.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { ipv6Forwarding } from '../../src/rules/ipv6-forwarding.ts';
import { absent, FORWARD4, FORWARD6, file, flannel, nodeFacts, unreadable, value } from './facts.ts';

describe.for([
  [FORWARD4, ipv4Forwarding],
  [FORWARD6, ipv6Forwarding],
] as const)('%s', ([key, rule]) => {
  const withValue = (text: string, sysctl: ConfigFile[] = []) =>
    nodeFacts({ sysctls: { [key]: value(text) }, boot: { sysctl } });

  test.for(['1', '2'])('passes with %s', (text) => {
    expect(rule.evaluate(withValue(text), flannel)).toMatchObject({
      now: { verdict: 'pass', expected: '1', actual: text },
      message: `${key} is ${text}`,
    });
  });

  test("fails with 0, which is the kernel's default", () => {
    const result = rule.evaluate(withValue('0'), flannel);
    expect(result.now).toEqual({ verdict: 'fail', expected: '1', actual: '0', cause: 'value' });
    expect(result.message).toBe(`${key} is 0`);
    expect(result.why).toContain("0 is the kernel's default");
    expect(result.remedy).toContain(`sysctl -w ${key}=1`);
  });

  test('names the line that switches it off', () => {
    const result = rule.evaluate(withValue('0', [file('/etc/sysctl.d/99-hardening.conf', '', `${key} = 0`)]), flannel);
    expect(result.now.source).toEqual({ file: '/etc/sysctl.d/99-hardening.conf', line: 2 });
    expect(result.why).toContain('/etc/sysctl.d/99-hardening.conf:2');
    expect(result.remedy[0]).toBe("sed -i '2s/^/# /' /etc/sysctl.d/99-hardening.conf");
  });

  test('says so when a file switches it on and it is off all the same', () => {
    const result = rule.evaluate(withValue('0', [file('/etc/sysctl.d/k8s.conf', `${key}=1`)]), flannel);
    expect(result.now.source).toBeUndefined();
    expect(result.why).toContain('/etc/sysctl.d/k8s.conf:1 sets 1');
  });

  test.for(['', 'yes', '1.0', '\u001b[31m1'])('is unknown with the garbage %j', (text) => {
    expect(rule.evaluate(withValue(text), flannel).now).toMatchObject({ verdict: 'unknown', cause: 'undetermined' });
  });

  test('is unknown when unreadable or missing', () => {
    for (const sysctls of [{ [key]: unreadable }, {}]) {
      const result = rule.evaluate({ ...nodeFacts(), sysctls }, flannel);
      expect(result.now).toMatchObject({ verdict: 'unknown', actual: null });
      expect(result.remedy).toEqual([`cat /proc/sys/${key.replaceAll('.', '/')}`]);
    }
  });

  test('fails when it was looked for and does not exist', () => {
    const result = rule.evaluate(nodeFacts({ sysctls: { [key]: absent } }), flannel);
    expect(result.now).toMatchObject({ verdict: 'fail', actual: 'absent', cause: 'undetermined' });
  });
});

test('IPv4 forwarding is one switch under two names', () => {
  const facts = nodeFacts({
    sysctls: { [FORWARD4]: value('0') },
    boot: { sysctl: [file('/etc/sysctl.d/z.conf', 'net/ipv4/conf/all/forwarding=0')] },
  });
  expect(ipv4Forwarding.evaluate(facts, flannel).why).toContain('/etc/sysctl.d/z.conf:1, which sets 0');
});

describe('IPv4 forwarding', () => {
  test.for([
    ['flannel', 'required'],
    ['calico', 'required'],
    [undefined, 'required'],
    ['cilium', 'recommended'],
    ['gke', 'recommended'],
  ] as const)('with %s is %s', ([cni, severity]) => {
    const profile: ClusterProfile = { ...(cni && { cni }), assumptions: [] };
    expect(ipv4Forwarding.applies(profile, nodeFacts())).toMatchObject({ severity });
  });

  test.for([
    [{ cni: 'ovn-kubernetes', assumptions: [] }, 'OVN-Kubernetes'],
    [{ ...flannel, ipFamilies: ['IPv6'] as const }, 'does not use IPv4'],
  ] as const)('does not concern %j', ([profile, skip]) => {
    expect(ipv4Forwarding.applies(profile, nodeFacts())).toEqual({ skip: expect.stringContaining(skip) });
  });
});

describe('IPv6 forwarding', () => {
  const kernel = (release: string) => nodeFacts({ kernel: { release } });
  const ovn: ClusterProfile = { cni: 'ovn-kubernetes', ipFamilies: ['IPv4', 'IPv6'], assumptions: [] };

  test.for([
    ['a dual-stack cluster', flannel, nodeFacts(), 'required'],
    ['an IPv6 cluster', { ...flannel, ipFamilies: ['IPv6'] }, nodeFacts(), 'required'],
    ['unknown families', { cni: 'flannel', podsOnBridge: true, assumptions: [] }, nodeFacts(), 'recommended'],
    ['OVN-Kubernetes before Linux 6.17', ovn, kernel('6.12.0-1'), 'required'],
    ['OVN-Kubernetes on an unknown kernel', ovn, kernel('garbage'), 'required'],
  ] as const)('with %s', ([_name, profile, facts, severity]) => {
    expect(ipv6Forwarding.applies(profile, facts)).toMatchObject({ severity });
  });

  test.for([
    [
      'an IPv4 cluster, even on a node without IPv6',
      { ...flannel, ipFamilies: ['IPv4'] },
      nodeFacts({ sysctls: { [FORWARD6]: absent } }),
    ],
    ['OVN-Kubernetes on Linux 6.17', ovn, kernel('6.17.0-1')],
    ['OVN-Kubernetes on Linux 7', ovn, kernel('7.0.1')],
  ] as const)('does not concern %s', ([_name, profile, facts]) => {
    expect(ipv6Forwarding.applies(profile, facts)).toHaveProperty('skip');
  });

  test('on a node whose command line switches IPv6 off names that', () => {
    const facts = nodeFacts({ sysctls: { [FORWARD6]: absent }, boot: { commandLine: 'ro ipv6.disable=1 quiet' } });
    expect(ipv6Forwarding.evaluate(facts, flannel)).toMatchObject({
      now: { verdict: 'fail', actual: 'absent' },
      why: expect.stringContaining('ipv6.disable=1'),
      remedy: [expect.stringContaining('ipv6.disable=1')],
    });
  });

  test('keeps a default route from a router advertisement before it is switched on', () => {
    const { remedy } = ipv6Forwarding.evaluate(nodeFacts({ sysctls: { [FORWARD6]: value('0') } }), flannel);
    const guard = remedy.findIndex((step) => step.includes('accept_ra=2'));
    expect(guard).toBeGreaterThanOrEqual(0);
    expect(guard).toBeLessThan(remedy.indexOf(`sysctl -w ${FORWARD6}=1`));
  });
});
