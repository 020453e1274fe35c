import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import { evaluateImage, evaluateNode } from '../../src/judge/evaluate.ts';
import { findRules } from '../../src/judge/find-rules.ts';
import type { State } from '../../src/judge/finding.ts';
import { requestOf } from '../../src/judge/request.ts';
import type { Rule } from '../../src/judge/rule.ts';
import {
  absent,
  BRIDGE4,
  BRIDGE6,
  file,
  flannel,
  nodeFacts,
  onDisk,
  unreadable,
  value,
  withoutBridgeNetfilter,
} from '../rules/facts.ts';
import { RULES } from '../support/rules.ts';
import { worded } from '../support/worded.ts';

const FORWARDING = file('/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_forward = 1', 'net.ipv6.conf.all.forwarding = 1');

const verdicts = (findings: ReturnType<typeof evaluateNode>) =>
  Object.fromEntries(findings.map(({ rule, verdict }) => [rule, verdict]));

describe('a node', () => {
  test('has a finding per rule, in their order', () => {
    const findings = evaluateNode(flannel, nodeFacts(), RULES);
    expect(findings.map(({ rule }) => rule)).toEqual(RULES.map(({ id }) => id));
  });

  test('that is healthy and stays so passes, now and after the boot', () => {
    for (const finding of evaluateNode(flannel, nodeFacts({ boot: { sysctl: [FORWARDING] } }), RULES)) {
      expect(finding).toMatchObject({
        verdict: 'pass',
        now: { verdict: 'pass' },
        boot: { verdict: 'pass' },
        remedy: [],
      });
    }
  });

  test('whose forwarding nothing sets at boot is warned of, with what keeps it', () => {
    const findings = evaluateNode(flannel, nodeFacts(), findRules(['ipv4-forwarding'], RULES).rules);
    expect(worded(findings[0])).toMatchObject({
      verdict: 'warn',
      now: { verdict: 'pass' },
      boot: { verdict: 'fail', expected: '1', actual: '0', cause: 'unset' },
      message: 'net.ipv4.ip_forward will be 0 after a reboot (now: net.ipv4.ip_forward is 1)',
      why: 'nothing sets it at boot, and the kernel starts with 0',
      remedy: ["echo 'net.ipv4.ip_forward = 1' >>/etc/sysctl.d/99-zz-netprereq.conf"],
    });
  });

  test('whose next boot cannot be judged does not pass what is required', () => {
    const { sysctl: _sysctl, ...boot } = nodeFacts().boot;
    const facts = { ...nodeFacts(), boot };
    expect(verdicts(evaluateNode(flannel, facts, findRules(['ipv4-forwarding'], RULES).rules))).toEqual({
      'ipv4-forwarding': 'warn',
    });
  });

  test('that is an image passes or fails by its boot alone', () => {
    const findings = evaluateImage(flannel, nodeFacts(), RULES);
    expect(verdicts(findings)).toMatchObject({ 'br-netfilter': 'pass', 'ipv4-forwarding': 'fail' });
    expect([...new Set(findings.map(({ now }) => now.verdict))]).toEqual(['skip']);
    expect(findings.find(({ rule }) => rule === 'ipv4-forwarding')?.message).toBe(
      'net.ipv4.ip_forward will be 0 at the first boot',
    );
  });

  test('that is an image without a kernel is told how to get one, and passes nothing that the kernel decides', () => {
    const { kernel: _kernel, modules: _modules, boot, ...facts } = nodeFacts();
    const image = {
      ...facts,
      kernel: { installed: [], config: {} },
      modules: {},
      boot: { ...boot, image: true as const },
    };
    const [bridge] = evaluateImage(flannel, image, RULES);
    expect(worded(bridge)).toMatchObject({
      rule: 'br-netfilter',
      verdict: 'unknown',
      why: 'no kernel is installed in this image',
      remedy: ['apt-get install -y "linux-image-$(dpkg --print-architecture)"'],
    });
  });

  test('shows what does not concern it, with the reason and what was found', () => {
    const calico: ClusterProfile = { cni: 'calico', podsOnBridge: false, ipFamilies: ['IPv4'], assumptions: [] };
    const facts = nodeFacts({ bridges: [], cni: null, sysctls: { [BRIDGE4]: absent } });
    expect(evaluateNode(calico, facts, RULES)[0]).toEqual({
      rule: 'br-netfilter',
      title: 'Bridge netfilter is active',
      severity: 'info',
      verdict: 'skip',
      now: { verdict: 'skip', expected: 'present', actual: 'absent' },
      module: { name: 'br_netfilter', state: 'loaded' },
      message: 'calico does not put pods on a Linux bridge',
      remedy: [],
    });
  });

  test('without any facts is unknown in all that concerns it, and passes nothing', () => {
    const asked = requestOf(RULES);
    const nothing = {
      asked,
      netns: {},
      kernel: { config: {} },
      os: {},
      sysctls: {},
      modules: {},
      boot: {},
      dropped: [],
    };
    expect(new Set(Object.values(verdicts(evaluateNode(flannel, nothing, RULES))))).toEqual(new Set(['unknown']));
    const unsure = evaluateNode({ assumptions: [] }, nothing, RULES);
    expect(new Set(Object.values(verdicts(unsure)))).toEqual(new Set(['warn', 'unknown']));
  });

  test('that fails says why the prerequisite concerns it', () => {
    const [finding] = evaluateNode(flannel, withoutBridgeNetfilter(onDisk), RULES);
    expect(finding?.why).toBe(
      'br_netfilter is on disk (kernel 6.1.0-56-cloud-amd64) but not loaded; flannel puts pods on a Linux bridge',
    );
  });

  test('that fails a recommendation gets a warning', () => {
    const unknown: ClusterProfile = { ipFamilies: ['IPv4'], kubeProxyMode: 'iptables', assumptions: [] };
    const facts = withoutBridgeNetfilter(onDisk, { bridges: [], cni: null });
    expect(verdicts(evaluateNode(unknown, facts, RULES))['br-netfilter']).toBe('warn');
  });
});

describe('a rule that depends on another', () => {
  const call = findRules(['bridge-nf-call-iptables'], RULES).rules;

  test('waits for it while that one fails', () => {
    const finding = evaluateNode(flannel, withoutBridgeNetfilter(onDisk), RULES)[1];
    expect(finding).toMatchObject({
      rule: 'bridge-nf-call-iptables',
      verdict: 'skip',
      severity: 'required',
      now: { verdict: 'skip', expected: '1', actual: 'absent' },
      message: 'waits for br-netfilter',
      remedy: [],
    });
    expect(finding).not.toHaveProperty('why');
  });

  test('fails by itself when that one was not chosen', () => {
    expect(verdicts(evaluateNode(flannel, withoutBridgeNetfilter(onDisk), call))).toEqual({
      'bridge-nf-call-iptables': 'fail',
    });
  });

  test('is judged in any order of the rules', () => {
    const findings = evaluateNode(flannel, withoutBridgeNetfilter(onDisk), [...RULES].reverse());
    expect(verdicts(findings)).toMatchObject({ 'br-netfilter': 'fail', 'bridge-nf-call-iptables': 'skip' });
  });

  test('does not wait for one that is unknown when it is known to fail itself', () => {
    const facts = nodeFacts({ sysctls: { [BRIDGE4]: unreadable, [BRIDGE6]: value('0') } });
    expect(verdicts(evaluateNode(flannel, facts, RULES))).toMatchObject({
      'br-netfilter': 'unknown',
      'bridge-nf-call-iptables': 'skip',
      'bridge-nf-call-ip6tables': 'fail',
    });
  });

  const rule = (id: string, now: State['verdict'], boot: State['verdict'], dependsOn?: string): Rule => ({
    id,
    aliases: [],
    title: id,
    ...(dependsOn !== undefined && { dependsOn }),
    applies: () => ({ severity: 'required', because: 'of the test' }),
    requires: {
      reads: {},
      now: () => ({ now: { verdict: now, expected: '1', actual: null }, message: '', remedy: [] }),
      atBoot: () => ({
        boot: { verdict: boot, expected: '1', actual: null },
        message: `${id} is lost`,
        remedy: ['mend'],
      }),
      explain: { now: [], boot: [], causes: [] },
    },
    explain: { when: '', meaning: [], needed: [], sources: { issues: [], references: [] } },
  });

  test.for([
    ['fail', 'fail'],
    ['unknown', 'unknown'],
    ['pass', 'skip'],
  ] as const)('keeps its boot while it waits: boot %s makes it %s', ([boot, verdict]) => {
    const findings = evaluateNode(flannel, nodeFacts(), [rule('a', 'fail', 'fail'), rule('b', 'fail', boot, 'a')]);
    expect(findings[1]).toMatchObject({
      verdict,
      boot: { verdict: boot },
      message: expect.stringContaining('waits for a'),
    });
  });
});
