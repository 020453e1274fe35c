import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { Bridge, ConfigFile } from '../../src/facts/facts.ts';
import { bridgeNfCallIp6tables } from '../../src/rules/bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from '../../src/rules/bridge-nf-call-iptables.ts';
import {
  BRIDGE4,
  BRIDGE6,
  file,
  flannel,
  mask,
  nodeFacts,
  notShipped,
  onDisk,
  unreadable,
  value,
  withoutBridgeNetfilter,
} from './facts.ts';
import { now } from './judged.ts';

const cni0: Bridge = { name: 'cni0', portCount: 1, nfCallIptables: true, nfCallIp6tables: false };

describe.for([
  [BRIDGE4, bridgeNfCallIptables, 'IPv4', 'nfCallIptables', 'nf_call_iptables'],
  [BRIDGE6, bridgeNfCallIp6tables, 'IPv6', 'nfCallIp6tables', 'nf_call_ip6tables'],
] as const)('%s', ([key, rule, family, flag, attribute]) => {
  const withValue = (text: string, parts: Parameters<typeof nodeFacts>[0] = {}) =>
    nodeFacts({ ...parts, sysctls: { [key]: value(text) } });
  const bridge = (name: string, on: boolean | undefined): Bridge => ({
    name,
    portCount: 1,
    ...(on !== undefined && { [flag]: on }),
  });

  test.for(['1', '2', '-1', ' 1 '])('passes with %j: the kernel takes any number but 0 for on', (text) => {
    expect(now(rule, withValue(text), flannel)).toMatchObject({
      now: { verdict: 'pass', expected: '1', actual: text },
      module: { name: 'br_netfilter', state: 'loaded' },
    });
  });

  test('fails with 0, and knows that somebody wrote it', () => {
    const result = now(rule, withValue('0'), flannel);
    expect(result.now).toEqual({ verdict: 'fail', expected: '1', actual: '0', cause: 'value' });
    expect(result.message).toBe(`${key} is 0`);
    expect(result.why).toContain('something set it to 0: no sysctl file of the node');
    expect(result.remedy).toContain(`sysctl -w ${key}=1`);
  });

  const slashed = key.replaceAll('.', '/');
  test.for<[name: string, files: ConfigFile[], place: [string, number] | undefined]>([
    ['with dots', [file('/etc/sysctl.d/90-a.conf', '# off', `${key} = 0`)], ['/etc/sysctl.d/90-a.conf', 2]],
    ['with slashes', [file('/usr/lib/sysctl.d/50-b.conf', `${slashed}=0`)], ['/usr/lib/sysctl.d/50-b.conf', 1]],
    ['with a leading minus', [file('/etc/sysctl.d/c.conf', `-${key}=0`)], ['/etc/sysctl.d/c.conf', 1]],
    ['with a pattern', [file('/etc/sysctl.d/d.conf', 'net.bridge.bridge-nf-call-* = 0')], ['/etc/sysctl.d/d.conf', 1]],
    ['in /etc/sysctl.conf', [file('/etc/sysctl.conf', `${key} = 0`)], ['/etc/sysctl.conf', 1]],
    ['with a value that the kernel refuses', [file('/etc/sysctl.d/e.conf', `${key} = no`)], undefined],
    [
      'in two files, of which the one that decides the boot is the suspect',
      [file('/usr/lib/sysctl.d/10-z.conf', `${key}=1`), file('/etc/sysctl.d/90-y.conf', `${key}=0`)],
      ['/etc/sysctl.d/90-y.conf', 1],
    ],
    [
      'in a file that a mask hides',
      [file('/usr/lib/sysctl.d/f.conf', `${key}=0`), mask('/etc/sysctl.d/f.conf')],
      undefined,
    ],
    ['to 1', [file('/etc/sysctl.d/g.conf', `${key}=1`)], undefined],
    ['in a comment', [file('/etc/sysctl.d/h.conf', `# ${key}=0`, `;${key}=0`)], undefined],
    ['as an exclusion from patterns', [file('/etc/sysctl.d/i.conf', `-${key}`)], undefined],
    ['for another key', [file('/etc/sysctl.d/j.conf', 'net.bridge.bridge-nf-call-arptables=0')], undefined],
  ])('names the line that sets it %s', ([_name, sysctl, place]) => {
    const result = now(rule, withValue('0', { boot: { sysctl } }), flannel);
    expect(result.now.source).toEqual(place && { file: place[0], line: place[1] });
    if (!place) return expect(result.why).toContain('no sysctl file of the node');
    expect(result.why).toContain(`maybe ${place[0]}:${place[1]}`);
    // Somebody's file is edited only where a line of our own would not win over it.
    const wins = ['/etc/sysctl.d/c.conf', '/etc/sysctl.conf'].includes(place[0]);
    const remedy = result.remedy.join('\n');
    expect(remedy).toContain(wins ? `'${place[1]}s/^/# /' ${place[0]}` : `echo '${key} = 1' >>`);
    if (!wins) expect(remedy).not.toContain('sed');
  });

  test.for<[name: string, bridges: Bridge[], names: string]>([
    ['the one pod bridge', [bridge('cni0', true)], 'cni0'],
    ['all of several pod bridges', [bridge('cni0', true), bridge('weave', true)], 'cni0, weave'],
    ['the pod bridge, not that of docker', [bridge('kube-bridge', true), bridge('docker0', false)], 'kube-bridge'],
  ])('passes with 0 while %s has the flag of its own', ([_name, bridges, names]) => {
    const result = now(rule, withValue('0', { bridges }), flannel);
    expect(result.now).toEqual({ verdict: 'pass', expected: '1', actual: `0 (${names}: 1)` });
    expect(result.message).toBe(`${key} is 0, but ${attribute} is on for ${names.replace(', ', ' and ')}`);
  });

  test.for<[name: string, bridges: Bridge[] | undefined]>([
    ['one of two pod bridges lacks it', [bridge('cni0', true), bridge('weave', false)]],
    ['the flag is not known', [bridge('cni0', undefined)]],
    ['only a bridge that carries no pods has it', [bridge('virbr0', true)]],
    ['there is no bridge', []],
    ['bridges were not read', undefined],
  ])('fails with 0 when %s', ([_name, bridges]) => {
    const { bridges: _bridges, ...facts } = withValue('0');
    expect(now(rule, { ...facts, ...(bridges && { bridges }) }, flannel).now.verdict).toBe('fail');
  });

  test.for(['', 'on', '1x', '0x1', '999999999999999', '1 1'])('is unknown with the garbage %j', (text) => {
    const result = now(rule, withValue(text), flannel);
    expect(result.now).toMatchObject({ verdict: 'unknown', actual: text, cause: 'undetermined' });
    expect(result.message).toContain('is not a number');
  });

  test.for([
    ['unreadable', { [key]: unreadable }],
    ['missing', {}],
  ] as const)('is unknown when %s, unless the pod bridges have the flag', ([_name, sysctls]) => {
    const facts = { ...nodeFacts(), sysctls };
    expect(now(rule, facts, flannel).now).toMatchObject({ verdict: 'unknown', actual: null });
    expect(now(rule, { ...facts, bridges: [bridge('cni0', true)] }, flannel).now.verdict).toBe('pass');
  });

  test('fails by itself when it does not exist, with the cause that br-netfilter has', () => {
    expect(now(rule, withoutBridgeNetfilter(notShipped), flannel)).toMatchObject({
      now: { verdict: 'fail', expected: '1', actual: 'absent', cause: 'not-shipped' },
      message: `/proc/sys/${slashed} does not exist`,
    });
  });

  test('a sysctl file that says 1 does not help while the module is not active', () => {
    const facts = withoutBridgeNetfilter(onDisk, { boot: { sysctl: [file('/etc/sysctl.d/k8s.conf', `${key} = 1`)] } });
    expect(now(rule, facts, flannel).now).toMatchObject({ verdict: 'fail', cause: 'not-loaded' });
  });

  test('the flag of a bridge does not help while the module is not active', () => {
    const facts = withoutBridgeNetfilter(onDisk, { bridges: [bridge('cni0', true)] });
    expect(now(rule, facts, flannel).now.verdict).toBe('fail');
  });

  test.for(['iptables', 'ipvs', 'nftables', 'none'] as const)('is required with pods on a bridge under %s', (mode) => {
    expect(rule.applies({ ...flannel, kubeProxyMode: mode }, nodeFacts())).toMatchObject({ severity: 'required' });
  });

  test('does not concern a cluster of the other family', () => {
    const other = family === 'IPv4' ? 'IPv6' : 'IPv4';
    expect(rule.applies({ ...flannel, ipFamilies: [other] }, nodeFacts())).toEqual({
      skip: `the cluster does not use ${family}`,
    });
  });

  test('does not concern canal, whose flanneld only wants the module', () => {
    const canal: ClusterProfile = {
      cni: 'canal',
      podsOnBridge: false,
      agentNeedsBridgeNetfilter: true,
      assumptions: [],
    };
    expect(rule.applies(canal, nodeFacts({ bridges: [], cni: null }))).toEqual({
      skip: 'canal does not put pods on a Linux bridge',
    });
  });

  test('is only recommended while the CNI is not known, and says which flag tells', () => {
    const facts = nodeFacts({ bridges: [], cni: null });
    expect(rule.applies({ ipFamilies: ['IPv4', 'IPv6'], assumptions: [] }, facts)).toMatchObject({
      severity: 'recommended',
      because: expect.stringContaining('--cni'),
    });
  });
});

test('the flag of one family says nothing of the other', () => {
  const facts = nodeFacts({ bridges: [cni0], sysctls: { [BRIDGE4]: value('0'), [BRIDGE6]: value('0') } });
  expect(now(bridgeNfCallIptables, facts, flannel).now.verdict).toBe('pass');
  expect(now(bridgeNfCallIp6tables, facts, flannel).now.verdict).toBe('fail');
});

test('without known IP families IPv4 is required and IPv6 recommended', () => {
  const profile: ClusterProfile = { cni: 'flannel', podsOnBridge: true, assumptions: [] };
  expect(bridgeNfCallIptables.applies(profile, nodeFacts())).toMatchObject({ severity: 'required' });
  expect(bridgeNfCallIp6tables.applies(profile, nodeFacts())).toMatchObject({
    severity: 'recommended',
    because: expect.stringContaining('--ip-families'),
  });
});

test('other bridges in use are named before anything that would filter them too', () => {
  const bridges: Bridge[] = [
    { name: 'cni0', portCount: 1 },
    { name: 'virbr0', portCount: 2 },
    { name: 'docker0', portCount: 0 },
  ];
  const off = nodeFacts({ bridges, sysctls: { [BRIDGE4]: value('0') } });
  for (const facts of [off, withoutBridgeNetfilter(onDisk, { bridges })]) {
    expect(now(bridgeNfCallIptables, facts, flannel).remedy[0]).toMatch(/^Beware: this also filters virbr0:/);
  }
});
