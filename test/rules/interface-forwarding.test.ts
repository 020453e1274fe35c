import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { ConfigFile, NodeFacts } from '../../src/facts/facts.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { FORWARD4, file, flannel, nodeFacts, value } from './facts.ts';
import { atBoot, now } from './judged.ts';

const DEFAULT = 'net.ipv4.conf.default.forwarding';
const ofCni = (cni: ClusterProfile['cni'] & {}): ClusterProfile => ({
  cni,
  podsOnBridge: false,
  ipFamilies: ['IPv4'],
  assumptions: [],
});
const calico = ofCni('calico');

/** A node that forwards, with these interfaces that do not. */
function node(idle: readonly string[], parts: Partial<NodeFacts> & { fresh?: string } = {}): NodeFacts {
  const { fresh = '1', ...rest } = parts;
  return nodeFacts({
    uplinks: ['eth0'],
    idleInterfaces: idle,
    ...rest,
    sysctls: { [FORWARD4]: value('1'), [DEFAULT]: value(fresh) },
  });
}

describe('an interface that does not forward while ip_forward is 1 (ComplianceAsCode#14074)', () => {
  test.for<[name: string, idle: string[], profile?: ClusterProfile]>([
    ['the bridge of pods', ['cni0']],
    ['the one with the default route', ['eth0']],
    ["flannel's overlay", ['flannel.1']],
    ["a pod's end of Calico", ['cali0123456789a'], calico],
    ["Calico's overlay", ['vxlan.calico'], calico],
    ["Calico's tunnel, which others have as well", ['tunl0'], calico],
    ["a pod's end of Cilium", ['lxc0123456789ab'], ofCni('cilium')],
  ])('fails where it is %s', ([, idle, profile = flannel]) => {
    const result = now(ipv4Forwarding, node(idle), profile);
    expect(result.now).toMatchObject({ verdict: 'fail', actual: '0', cause: 'value' });
    expect(result.message).toContain(`${idle[0]} does not forward`);
    expect(result.remedy[0]).toBe(`sysctl -w net.ipv4.conf.${idle[0]?.replace('.', '/')}.forwarding=1`);
  });

  test.for<[name: string, idle: string[], profile?: ClusterProfile]>([
    ["Docker's bridge", ['docker0']],
    ['a link for management, without the default route', ['eth1']],
    ["somebody's VPN", ['wg0', 'tun0']],
    ["LXD's bridge", ['lxcbr0', 'lxdbr0']],
    ['a tunnel that flannel does not use', ['tunl0']],
    ['the overlay of the flannel before Calico', ['flannel.1'], calico],
    ["a plain veth's where pods have names of their own", ['veth1'], calico],
    ['nothing', []],
  ])('passes where it is %s', ([, idle, profile = flannel]) => {
    expect(now(ipv4Forwarding, node(idle), profile).now.verdict).toBe('pass');
  });

  test('says nothing where interfaces were not read', () => {
    expect(now(ipv4Forwarding, nodeFacts(), flannel).now.verdict).toBe('pass');
  });
});

describe('what new interfaces take, where it is 0', () => {
  test.for<[name: string, bridges: NodeFacts['bridges'] & object, profile: ClusterProfile, verdict: string]>([
    ['fails where the bridge of pods is yet to come', [], flannel, 'fail'],
    ['fails with a CNI that is not known', [], { assumptions: [] }, 'fail'],
    ['passes where that bridge is there and forwards', [{ name: 'cni0', portCount: 0 }], flannel, 'pass'],
    ['passes with Calico, which switches its own on', [], calico, 'pass'],
    ['fails with Cilium, which switches on its own interfaces and not those of pods', [], ofCni('cilium'), 'fail'],
    ['passes with Antrea, whose pods Open vSwitch joins', [], ofCni('antrea'), 'pass'],
    ['passes with Kube-OVN', [], ofCni('kube-ovn'), 'pass'],
    ['passes without a CNI', [], ofCni('none'), 'pass'],
  ])('%s', ([, bridges, profile, verdict]) => {
    expect(now(ipv4Forwarding, node([], { bridges, fresh: '0' }), profile).now.verdict).toBe(verdict);
  });

  test('is set now and at each boot', () => {
    const sysctl = [file('/etc/sysctl.d/50-a.conf', `${FORWARD4}=1`), file('/etc/sysctl.d/60-b.conf', `${DEFAULT}=0`)];
    const result = now(ipv4Forwarding, node([], { bridges: [], fresh: '0', boot: { ...boot(sysctl) } }), flannel);
    expect(result.now.source).toEqual({ file: '/etc/sysctl.d/60-b.conf', line: 1 });
    expect(result.remedy).toEqual([
      `sysctl -w ${DEFAULT}=1`,
      `echo '${DEFAULT} = 1' >>/etc/sysctl.d/99-zz-netprereq.conf`,
    ]);
  });
});

function boot(sysctl: ConfigFile[]): NodeFacts['boot'] {
  return { init: 'systemd', commandLine: 'ro', maskedUnits: [], modulesLoad: [], modprobe: [], mentions: [], sysctl };
}

/** A node with bridges of two names, of which the podCIDR of some cluster is routed to one. */
const BRIDGES = ['cni0', 'cnio0'].map((name) => ({ name, portCount: 1 }));
const NETWORKS: NodeFacts['networks'] = [{ link: 'cnio0', is: 'bridge', cidrs: ['0af40300/24'] }];

describe('the boot of interfaces', () => {
  const on = file('/etc/sysctl.d/50-k8s.conf', `${FORWARD4} = 1`);

  test.for<[name: string, sysctl: ConfigFile[], verdict: string, says?: string, profile?: ClusterProfile]>([
    [
      'fails where conf.default is 0 behind ip_forward',
      [on, file('/etc/sysctl.d/60-cis.conf', `${DEFAULT} = 0`)],
      'fail',
      '60-cis.conf:1',
    ],
    [
      'passes where conf.default is 0 before ip_forward, which sets it again',
      [file('/etc/sysctl.d/10-cis.conf', `${DEFAULT} = 0`), on],
      'pass',
    ],
    [
      'fails where a pattern has it',
      [on, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.*.forwarding = 0')],
      'fail',
      '60-x.conf:1',
    ],
    [
      'fails where a line names the uplink',
      [on, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.eth0.forwarding=0')],
      'fail',
      'eth0',
    ],
    [
      'passes where a line names another interface',
      [on, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.eth1.forwarding=0')],
      'pass',
    ],
    [
      'is not known for an uplink that may come before or after',
      [on, file('/etc/sysctl.d/60-cis.conf', `${DEFAULT}=0`)],
      'unknown',
      'eth0',
      calico,
    ],
    ['passes with nothing but ip_forward', [on], 'pass'],
    [
      'fails where a line names the bridge whose route is the podCIDR, by whatever name',
      [on, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.cnio0.forwarding = 0')],
      'fail',
      'cnio0',
      { podCIDRs: ['10.244.3.0/24'], assumptions: [] },
    ],
    [
      "passes where a line names a bridge of the usual name that is not the pods'",
      [on, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.cni0.forwarding = 0')],
      'pass',
      '',
      { podCIDRs: ['10.244.3.0/24'], assumptions: [] },
    ],
  ])('%s', ([, sysctl, verdict, says = '', profile = flannel]) => {
    const facts = node([], { boot: boot(sysctl), bridges: BRIDGES, networks: NETWORKS });
    const result = atBoot(ipv4Forwarding, facts, profile);
    expect(result.boot.verdict).toBe(verdict);
    expect(`${result.message} ${result.why}`).toContain(says);
  });

  test.for([
    ['flannel', 'fail'],
    ['antrea', 'pass'],
    ['kube-ovn', 'pass'],
    ['none', 'pass'],
  ] as const)('with %s and conf.default at 0 behind ip_forward: %s', ([cni, verdict]) => {
    const sysctl = [on, file('/etc/sysctl.d/60-cis.conf', `${DEFAULT} = 0`)];
    expect(atBoot(ipv4Forwarding, node([], { uplinks: [], boot: boot(sysctl) }), ofCni(cni)).boot.verdict).toBe(
      verdict,
    );
  });

  test('of a line for one interface says that it has to go, since no line of ours wins over it', () => {
    const sysctl = [on, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.cni0.forwarding = 0')];
    expect(atBoot(ipv4Forwarding, node([], { boot: boot(sysctl) }), flannel).remedy).toEqual([
      "sed -i '1s/^/# /' /etc/sysctl.d/60-x.conf",
    ]);
  });
});
