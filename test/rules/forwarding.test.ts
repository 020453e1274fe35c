import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { BootInputs, ConfigFile } from '../../src/facts/facts.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { ipv6Forwarding } from '../../src/rules/ipv6-forwarding.ts';
import { absent, FORWARD4, FORWARD6, file, flannel, nodeFacts, unreadable, value } from './facts.ts';
import { atBoot, now } from './judged.ts';

describe.for([
  [FORWARD4, ipv4Forwarding],
  [FORWARD6, ipv6Forwarding],
] as const)('%s', ([key, rule]) => {
  const withValue = (text: string, sysctl: ConfigFile[] = []) =>
    nodeFacts({ sysctls: { [key]: value(text) }, boot: { sysctl } });

  test.for(['1', '2'])('passes with %s', (text) => {
    expect(now(rule, withValue(text), flannel)).toMatchObject({
      now: { verdict: 'pass', expected: '1', actual: text },
      message: `${key} is ${text}`,
    });
  });

  test("fails with 0, which is the kernel's default", () => {
    const result = now(rule, withValue('0'), flannel);
    expect(result.now).toEqual({ verdict: 'fail', expected: '1', actual: '0', cause: 'value' });
    expect(result.message).toBe(`${key} is 0`);
    expect(result.why).toContain("0 is the kernel's default");
    expect(result.remedy).toContain(`sysctl -w ${key}=1`);
  });

  test('names the line that switches it off', () => {
    const result = now(rule, withValue('0', [file('/etc/sysctl.d/99-hardening.conf', '', `${key} = 0`)]), flannel);
    expect(result.now.source).toEqual({ file: '/etc/sysctl.d/99-hardening.conf', line: 2 });
    expect(result.why).toContain('/etc/sysctl.d/99-hardening.conf:2');
    // A line of our own wins over it, so that nobody's file is edited.
    expect(result.remedy.join()).not.toContain('99-hardening.conf');
    expect(result.remedy).toContain(`echo '${key} = 1' >>/etc/sysctl.d/99-zz-netprereq.conf`);
  });

  test('says so when a file switches it on and it is off all the same', () => {
    const result = now(rule, withValue('0', [file('/etc/sysctl.d/k8s.conf', `${key}=1`)]), flannel);
    expect(result.now.source).toBeUndefined();
    expect(result.why).toContain('/etc/sysctl.d/k8s.conf:1 sets 1');
  });

  test('where process 1 is not known says what a file has, and what makes a line count', () => {
    const boot = { init: 'runit', sysctl: [file('/etc/sysctl.d/k8s.conf', `${key}=1`)] };
    const result = now(rule, nodeFacts({ sysctls: { [key]: value('0') }, boot }), flannel);
    expect(result.why).toContain('/etc/sysctl.d/k8s.conf:1 sets 1');
    expect(result.remedy).toContain(
      'Make sure that runit applies /etc/sysctl.d at each boot: whether it does is unknown',
    );
  });

  test.for(['', 'yes', '1.0', '\u001b[31m1'])('is unknown with the garbage %j', (text) => {
    expect(now(rule, withValue(text), flannel).now).toMatchObject({ verdict: 'unknown', cause: 'undetermined' });
  });

  test('is unknown when unreadable or missing', () => {
    for (const sysctls of [{ [key]: unreadable }, {}]) {
      const result = now(rule, { ...nodeFacts(), sysctls }, flannel);
      expect(result.now).toMatchObject({ verdict: 'unknown', actual: null });
      expect(result.remedy).toEqual([`cat /proc/sys/${key.replaceAll('.', '/')}`]);
    }
  });

  test('fails when it was looked for and does not exist', () => {
    const result = now(rule, nodeFacts({ sysctls: { [key]: absent } }), flannel);
    expect(result.now).toMatchObject({ verdict: 'fail', actual: 'absent', cause: 'undetermined' });
  });
});

test('IPv4 forwarding is one switch under two names', () => {
  const facts = nodeFacts({
    sysctls: { [FORWARD4]: value('0') },
    boot: { sysctl: [file('/etc/sysctl.d/z.conf', 'net/ipv4/conf/all/forwarding=0')] },
  });
  expect(now(ipv4Forwarding, facts, flannel).why).toContain('/etc/sysctl.d/z.conf:1, which sets 0');
});

describe('IPv4 forwarding', () => {
  test.for([
    ['flannel', 'required'],
    ['calico', 'required'],
    [undefined, 'required'],
    // Cilium forwards on its own interfaces only (acs-engine#3394).
    ['cilium', 'required'],
    ['gke', 'required'],
  ] as const)('with %s is %s', ([cni, severity]) => {
    const profile: ClusterProfile = { ...(cni && { cni }), assumptions: [] };
    expect(ipv4Forwarding.applies(profile, nodeFacts())).toMatchObject({ severity });
  });

  test.for([
    ['6.1.0-1', 'recommended'],
    ['5.4.0-1', 'required'],
    ['garbage', 'required'],
  ] as const)('with a Cilium that routes by BPF, on Linux %s, is %s', ([release, severity]) => {
    const profile: ClusterProfile = { cni: 'cilium', routesByBpf: true, assumptions: [] };
    expect(ipv4Forwarding.applies(profile, nodeFacts({ kernel: { release } }))).toMatchObject({ severity });
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
    expect(now(ipv6Forwarding, facts, flannel)).toMatchObject({
      now: { verdict: 'fail', actual: 'absent' },
      why: expect.stringContaining('ipv6.disable=1'),
      remedy: [expect.stringContaining('ipv6.disable=1')],
    });
  });

  test('keeps a default route from a router advertisement before it is switched on', () => {
    const { remedy } = now(ipv6Forwarding, nodeFacts({ sysctls: { [FORWARD6]: value('0') } }), flannel);
    const guard = remedy.findIndex((step) => step.includes('accept_ra=2'));
    expect(guard).toBeGreaterThanOrEqual(0);
    expect(guard).toBeLessThan(remedy.indexOf(`sysctl -w ${FORWARD6}=1`));
  });
});

describe('a boot that switches IPv6 off', () => {
  const ALL = 'net.ipv6.conf.all.disable_ipv6';
  const DEFAULT = 'net.ipv6.conf.default.disable_ipv6';
  const FORWARDS = file('/etc/sysctl.d/k8s.conf', `${FORWARD6} = 1`);
  const COMMAND_LINE = { file: '/proc/cmdline' };
  test.for<[name: string, boot: BootInputs, state: object, why: string, remedy: string[]]>([
    [
      'by a line',
      { sysctl: [FORWARDS, file('/etc/sysctl.d/no6.conf', '', `${ALL} = 1`)] },
      { actual: 'IPv6 is off', cause: 'overridden', source: { file: '/etc/sysctl.d/no6.conf', line: 2 } },
      `/etc/sysctl.d/no6.conf:2 sets ${ALL} to 1`,
      ["sed -i '2s/^/# /' /etc/sysctl.d/no6.conf"],
    ],
    [
      'by two lines, and nothing switches forwarding on',
      {
        sysctl: [
          file('/etc/sysctl.d/a.conf', `${ALL} = 1`),
          file('/etc/sysctl.d/b.conf', 'net.ipv6.conf.*.disable_ipv6 = 1'),
        ],
      },
      { actual: 'IPv6 is off' },
      `/etc/sysctl.d/a.conf:1 sets ${ALL} to 1`,
      [
        "sed -i '1s/^/# /' /etc/sysctl.d/a.conf",
        "sed -i '1s/^/# /' /etc/sysctl.d/b.conf",
        `echo '${FORWARD6} = 1' >>/etc/sysctl.d/99-zz-netprereq.conf`,
      ],
    ],
    [
      'by ipv6.disable_ipv6=1',
      { sysctl: [FORWARDS], commandLine: 'ro ipv6.disable_ipv6=1' },
      { actual: 'IPv6 is off', source: COMMAND_LINE },
      'ipv6.disable_ipv6=1 on the kernel command line switches it off',
      ['Remove ipv6.disable_ipv6=1 from the kernel command line (boot loader)'],
    ],
    [
      'by sysctl. on the command line',
      { sysctl: [FORWARDS], commandLine: `ro sysctl.${ALL}=1` },
      { actual: 'IPv6 is off', source: COMMAND_LINE },
      `sysctl.${ALL}=1 on the kernel command line switches it off`,
      [`Remove sysctl.${ALL}=1 from the kernel command line (boot loader)`],
    ],
    [
      'by ipv6.disable=1',
      { sysctl: [FORWARDS], commandLine: 'ro ipv6.disable=1' },
      { actual: 'absent', source: COMMAND_LINE },
      `ipv6.disable=1 on the kernel command line switches IPv6 off, so ${FORWARD6} does not exist`,
      ['Remove ipv6.disable=1 from the kernel command line (boot loader)'],
    ],
  ])('fails: %s', ([, boot, state, why, remedy]) => {
    const judged = atBoot(ipv6Forwarding, nodeFacts({ boot }), flannel);
    expect(judged.boot).toMatchObject({ verdict: 'fail', ...state });
    expect(judged.why).toBe(why);
    expect(judged.remedy).toEqual(remedy);
  });

  test.for<[name: string, boot: BootInputs, verdict: string]>([
    [
      'a later line switches it on',
      { sysctl: [FORWARDS, file('/etc/sysctl.d/a.conf', `${ALL}=1`), file('/etc/sysctl.d/b.conf', `${ALL}=0`)] },
      'pass',
    ],
    [
      'systemd leaves out the 0 that conf.all has already, which would undo the command line',
      { sysctl: [FORWARDS, file('/etc/sysctl.d/a.conf', `${ALL}=0`)], commandLine: 'ipv6.disable_ipv6=1' },
      'fail',
    ],
    [
      'only interfaces to come start without it',
      { sysctl: [FORWARDS, file('/etc/sysctl.d/a.conf', `${DEFAULT}=1`)] },
      'pass',
    ],
    [
      'a file before that of forwarding was not read',
      { sysctl: [{ ...file('/etc/sysctl.d/a.conf'), kind: 'unreadable' }, FORWARDS] },
      'unknown',
    ],
  ])('is told from one in which %s', ([, boot, verdict]) => {
    expect(atBoot(ipv6Forwarding, nodeFacts({ boot }), flannel).boot.verdict).toBe(verdict);
  });

  test('is named while it is off now, too', () => {
    const facts = nodeFacts({
      sysctls: { [ALL]: value('1') },
      boot: { sysctl: [FORWARDS, file('/etc/sysctl.d/no6.conf', `${ALL} = 1`)] },
    });
    expect(now(ipv6Forwarding, facts, flannel)).toMatchObject({
      now: { verdict: 'fail', actual: 'IPv6 is off' },
      why: `interfaces have no IPv6 addresses while it is; /etc/sysctl.d/no6.conf:1 sets ${ALL} to 1`,
      remedy: [`sysctl -w ${ALL}=0`, "sed -i '1s/^/# /' /etc/sysctl.d/no6.conf"],
    });
  });

  test('by the command line has done so now', () => {
    const facts = nodeFacts({
      sysctls: { [DEFAULT]: value('1') },
      boot: { sysctl: [], commandLine: 'ipv6.disable_ipv6=1' },
    });
    expect(now(ipv6Forwarding, facts, flannel).message).toBe(`${DEFAULT} is 1: IPv6 is switched off`);
    expect(now(ipv6Forwarding, { ...facts, boot: nodeFacts().boot }, flannel).now.verdict).toBe('pass');
  });
});
