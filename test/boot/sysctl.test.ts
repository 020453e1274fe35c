import { describe, expect, test } from 'vitest';
import { sysctlAgents } from '../../src/boot/sysctl-agents.ts';
import { BootRuns, type ModulePresence } from '../../src/boot/sysctl-boot.ts';
import { type SysctlKey, usualName } from '../../src/boot/sysctl-keys.ts';
import { reapplications } from '../../src/boot/sysctl-reapply.ts';
import { universeOf } from '../../src/boot/sysctl-universe.ts';
import type { BootSystem } from '../../src/boot/sysctl-worlds.ts';
import { oldestSystemd } from '../../src/boot/systemd-release.ts';
import type { BootInputs, ConfigFile, OsFacts } from '../../src/facts/facts.ts';

const FORWARD = 'net.ipv4.ip_forward';
const BRIDGE = 'net.bridge.bridge-nf-call-iptables';

const K0S = sysctlAgents({ distribution: 'k0s' });

type Files = Readonly<Record<string, string | Partial<ConfigFile>>>;

function node(files: Files, more: Partial<BootInputs> = {}): BootInputs {
  const sysctl = Object.entries(files).map(([path, content]): ConfigFile => {
    if (typeof content !== 'string') return { path, kind: 'file', lines: [], ...content };
    return { path, kind: 'file', lines: linesOf(content) };
  });
  return { init: 'systemd', commandLine: 'quiet', maskedUnits: [], sysctl, ...more };
}

function linesOf(content: string): ConfigFile['lines'] {
  return content.split('\n').map((text, i) => ({ number: i + 1, text }));
}

/** As BootSystem; and when the module of the sysctl comes. */
interface BootContext extends BootSystem {
  brNetfilter: ModulePresence;
}

const CONTEXT: BootContext = { brNetfilter: 'before', kernelReleases: ['6.1.0-40-amd64'], oldestSystemd: 246 };

function boot(inputs: BootInputs, key: SysctlKey, context: Partial<BootContext> = {}) {
  const { brNetfilter, ...system } = { ...CONTEXT, ...context };
  return new BootRuns(inputs, universeOf([key]), system).value(usualName(key), brNetfilter);
}

/** "1 by /etc/sysctl.d/x.conf:1", "absent", "unknown: …". */
function told(value: ReturnType<typeof boot>): string {
  if (value.is === 'absent' || value.is === 'unset') return value.is;
  if (value.is === 'unknown') return `unknown: ${value.because}`;
  const { source } = value;
  if ('file' in source) return `${value.value} by ${source.file}:${source.line}`;
  return `${value.value} by ${Object.entries(source).flat().join(' ')}`;
}

const DEFAULT = '0 by kernelDefault true';

describe('the value of ip_forward after a boot', () => {
  const table: [sentence: string, files: Files, expected: string][] = [
    ['is the kernel default when no line sets it', { '/etc/sysctl.d/a.conf': 'kernel.sysrq=1' }, DEFAULT],
    ['comes from a dotted line', { '/etc/sysctl.d/a.conf': `\n${FORWARD} = 1` }, '1 by /etc/sysctl.d/a.conf:2'],
    [
      'comes from a line with slashes',
      { '/etc/sysctl.d/a.conf': 'net/ipv4/ip_forward=1' },
      '1 by /etc/sysctl.d/a.conf:1',
    ],
    ['does not come from a comment', { '/etc/sysctl.d/a.conf': `#${FORWARD}=1\n ; ${FORWARD}=1` }, DEFAULT],
    ['does not come from a file with another suffix', { '/etc/sysctl.d/a.conf.bak': `${FORWARD}=1` }, DEFAULT],
    [
      "comes from SUSE's file of the kernel",
      { '/boot/sysctl.conf-6.1.0-40-amd64': `${FORWARD}=1` },
      '1 by /boot/sysctl.conf-6.1.0-40-amd64:1',
    ],
    [
      'does not come from that file where any other one sets it, too',
      { '/boot/sysctl.conf-6.1.0-40-amd64': `${FORWARD}=1`, '/usr/lib/sysctl.d/0.conf': `${FORWARD}=0` },
      '0 by /usr/lib/sysctl.d/0.conf:1',
    ],
    ['does not come from /etc/sysctl.conf', { '/etc/sysctl.conf': `${FORWARD}=1` }, DEFAULT],
    [
      'comes from /etc/sysctl.conf through a link in sysctl.d',
      { '/etc/sysctl.d/99-sysctl.conf': { target: '../sysctl.conf', lines: linesOf(`${FORWARD}=1`) } },
      '1 by /etc/sysctl.d/99-sysctl.conf:1',
    ],
    [
      'comes from the file whose name sorts last, whatever its directory',
      { '/etc/sysctl.d/50-a.conf': `${FORWARD}=0`, '/usr/lib/sysctl.d/99-b.conf': `${FORWARD}=1` },
      '1 by /usr/lib/sysctl.d/99-b.conf:1',
    ],
    [
      'comes from the directory of higher precedence when two files have one name',
      { '/usr/lib/sysctl.d/k8s.conf': `${FORWARD}=0`, '/etc/sysctl.d/k8s.conf': `${FORWARD}=1` },
      '1 by /etc/sysctl.d/k8s.conf:1',
    ],
    [
      'does not come from a file that a mask hides',
      { '/usr/lib/sysctl.d/k8s.conf': `${FORWARD}=1`, '/etc/sysctl.d/k8s.conf': { kind: 'mask' } },
      DEFAULT,
    ],
    [
      'does not come from a file that a directory of the same name hides',
      { '/usr/lib/sysctl.d/k8s.conf': `${FORWARD}=1`, '/etc/sysctl.d/k8s.conf': { kind: 'other' } },
      DEFAULT,
    ],
    [
      'is that of the last line',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1\n${FORWARD}=0` },
      '0 by /etc/sysctl.d/a.conf:2',
    ],
    [
      'is that of the last line of either name',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1\nnet.ipv4.conf.all.forwarding=0` },
      '0 by /etc/sysctl.d/a.conf:2',
    ],
    [
      'is not that of a last line that repeats an earlier one: that is where it is written',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1\nnet.ipv4.conf.all.forwarding=0\n${FORWARD}=1` },
      '0 by /etc/sysctl.d/a.conf:2',
    ],
    ['comes from a pattern', { '/etc/sysctl.d/a.conf': 'net.ipv4.conf.*.forwarding=1' }, '1 by /etc/sysctl.d/a.conf:1'],
    [
      'does not come from a pattern when another line exempts it',
      { '/etc/sysctl.d/a.conf': 'net.ipv4.ip_f*=1\n-net.ipv4.ip_forward' },
      DEFAULT,
    ],
    [
      'does not come from a line that a later exemption takes back',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1\n-${FORWARD}` },
      DEFAULT,
    ],
    [
      'comes from a line whose errors are ignored',
      { '/etc/sysctl.d/a.conf': `-${FORWARD}=1` },
      '1 by /etc/sysctl.d/a.conf:1',
    ],
    [
      'comes from a line with a carriage return',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1\r` },
      '1 by /etc/sysctl.d/a.conf:1',
    ],
    ['ends at a carriage return', { '/etc/sysctl.d/a.conf': `#\r${FORWARD}=1\rx` }, '1 by /etc/sysctl.d/a.conf:1'],
    [
      'is what the kernel reads before a blank',
      { '/etc/sysctl.d/a.conf': `${FORWARD} = 1 # on` },
      '1 by /etc/sysctl.d/a.conf:1',
    ],
    ['is the number in decimal', { '/etc/sysctl.d/a.conf': `${FORWARD} = 0x1` }, '1 by /etc/sysctl.d/a.conf:1'],
    ['stays when the kernel refuses the line', { '/etc/sysctl.d/a.conf': `${FORWARD} = 1;` }, DEFAULT],
    [
      'is not that of the line before one that the kernel refuses',
      { '/etc/sysctl.d/a.conf': `${FORWARD} = 1\n${FORWARD} = yes` },
      DEFAULT,
    ],
    [
      'is not known when a file was not read to its end',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1`, '/etc/sysctl.d/b.conf': { truncated: true } },
      'unknown: /etc/sysctl.d/b.conf was not read to its end',
    ],
    [
      'is not known when a later file cannot be read',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1`, '/etc/sysctl.d/b.conf': { kind: 'unreadable' } },
      'unknown: /etc/sysctl.d/b.conf could not be read',
    ],
    [
      'is not known when a directory cannot be listed',
      { '/etc/sysctl.d': { kind: 'unreadable' }, '/usr/lib/sysctl.d/z.conf': `${FORWARD}=1` },
      'unknown: /etc/sysctl.d could not be read',
    ],
    [
      'is known when all its names are set behind a file that cannot be read',
      {
        '/etc/sysctl.d/a.conf': { kind: 'unreadable' },
        '/etc/sysctl.d/b.conf': `${FORWARD}=1\nnet.ipv4.conf.all.forwarding=1`,
      },
      '1 by /etc/sysctl.d/b.conf:2',
    ],
    [
      'is not known when a byte that is no text may be a blank',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=\uFFFD1` },
      'unknown: a value has bytes that are no text',
    ],
    [
      'does not depend on how long a pattern is',
      { '/etc/sysctl.d/a.conf': `net.ipv4.${'*?'.repeat(8000)}=1\n${FORWARD}=1` },
      '1 by /etc/sysctl.d/a.conf:2',
    ],
    [
      'comes from a file with any name',
      { "/etc/sysctl.d/$(id) '\n.conf": `${FORWARD}=1` },
      "1 by /etc/sysctl.d/$(id) '\n.conf:1",
    ],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(told(boot(node(files), FORWARD))).toBe(expected);
  });
});

describe('what is around the files', () => {
  const files = { '/etc/sysctl.d/a.conf': `${FORWARD}=1` };
  const table: [sentence: string, inputs: BootInputs, expected: string, context?: Partial<BootContext>][] = [
    [
      'files do not count while the service is masked',
      node(files, { maskedUnits: ['systemd-sysctl.service'] }),
      DEFAULT,
    ],
    ['nor while there is no such service', node(files, { absentUnits: ['systemd-sysctl.service'] }), DEFAULT],
    [
      'what a service makes of them that was changed is not known',
      node(files, { replacedUnits: ['systemd-sysctl.service'] }),
      'unknown: systemd-sysctl.service was changed on this node, and what it does now is not known',
    ],
    ['nor while the command line masks it', node(files, { commandLine: 'systemd.mask=systemd-sysctl' }), DEFAULT],
    [
      'it is not known whether they count when masks were not read',
      { init: 'systemd', commandLine: '', sysctl: node(files).sysctl ?? [] },
      'unknown: 1 if systemd is 252 or newer, 0 if systemd-sysctl.service is masked',
    ],
    [
      'the command line sets what no file sets',
      node({}, { commandLine: `sysctl.${FORWARD}=1` }),
      `1 by commandLine sysctl.${FORWARD}=1`,
    ],
    [
      'a file overrides the command line',
      node({ '/etc/sysctl.d/a.conf': `${FORWARD}=0` }, { commandLine: 'sysctl/net/ipv4/ip_forward=1' }),
      '0 by /etc/sysctl.d/a.conf:1',
    ],
    [
      'a kernel before 5.8 may not know sysctls on its command line',
      node({}, { commandLine: `sysctl.${FORWARD}=1` }),
      'unknown: 1 if the kernel takes sysctls from its command line, 0 if the kernel takes none from its command line',
      { kernelReleases: ['4.18.0-553.el8.x86_64'] },
    ],
    [
      'what follows -- on the command line is not the kernel’s',
      node({}, { commandLine: `quiet -- sysctl.${FORWARD}=1` }),
      DEFAULT,
    ],
    [
      'without the command line a value that no file sets is not known',
      { init: 'systemd', maskedUnits: [], sysctl: [] },
      'unknown: the kernel command line was not read',
    ],
    [
      'without the files nothing is known',
      { init: 'systemd', commandLine: '', maskedUnits: [] },
      'unknown: the sysctl files were not read',
    ],
    [
      'another process 1 is not known',
      node(files, { init: 'runit' }),
      "unknown: process 1 is runit, neither systemd nor Alpine's OpenRC: which sysctl files it applies is unknown",
    ],
    [
      'OpenRC reads the files, if its service is in a runlevel',
      node(files, { init: 'init', runlevels: ['boot/sysctl'] }),
      '1 by /etc/sysctl.d/a.conf:1',
      { openrc: true },
    ],
    [
      'and does not where it is in none',
      node(files, { init: 'init', runlevels: ['boot/modules'] }),
      DEFAULT,
      { openrc: true },
    ],
    [
      'it is not known whether OpenRC reads them when the runlevels were not read',
      node(files, { init: 'init' }),
      "unknown: 1 if Alpine's sysctl service applies the files, 0 if nothing applies the files",
      { openrc: true },
    ],
    [
      'OpenRC reads /etc/sysctl.conf too',
      node(
        { '/etc/sysctl.conf': `${FORWARD}=1`, ...files, '/etc/sysctl.d/b.conf': `${FORWARD}=0` },
        { init: 'init', runlevels: ['boot/sysctl'] },
      ),
      '1 by /etc/sysctl.conf:1',
      { openrc: true },
    ],
    [
      'an agent sets at its start what the files do not set',
      node({}),
      '1 by agent k3s',
      { agents: [...sysctlAgents({ distribution: 'k3s' })] },
    ],
    [
      'an agent overrides a file',
      node({ '/etc/sysctl.d/a.conf': `${FORWARD}=0` }),
      '1 by agent k0s',
      { agents: [...K0S] },
    ],
    [
      'a file that says the same as an agent decides without it',
      node(files),
      '1 by /etc/sysctl.d/a.conf:1',
      { agents: [...K0S] },
    ],
  ];
  test.each(table)('%s', (_, inputs, expected, context) => {
    expect(told(boot(inputs, FORWARD, context))).toBe(expected);
  });
});

describe('a sysctl of br_netfilter', () => {
  const zero = node({ '/etc/sysctl.d/a.conf': `${BRIDGE}=0` });
  const table: [presence: ModulePresence, expected: string][] = [
    ['builtin', '0 by /etc/sysctl.d/a.conf:1'],
    ['before', '0 by /etc/sysctl.d/a.conf:1'],
    ['after', '1 by kernelDefault true'],
    ['never', 'absent'],
    [
      'unknown',
      'unknown: 0 if br_netfilter is loaded before sysctls are set, 1 if br_netfilter is loaded after sysctls are set',
    ],
  ];
  test.each(table)('with the module there: %s, it is %s', (brNetfilter, expected) => {
    expect(told(boot(zero, BRIDGE, { brNetfilter }))).toBe(expected);
  });

  test('is set by the command line only where the module is built in', () => {
    const inputs = node({}, { commandLine: `sysctl.${BRIDGE}=0` });
    expect(told(boot(inputs, BRIDGE, { brNetfilter: 'builtin' }))).toBe(`0 by commandLine sysctl.${BRIDGE}=0`);
    expect(told(boot(inputs, BRIDGE, { brNetfilter: 'before' }))).toBe('1 by kernelDefault true');
  });

  test('is known behind a file that cannot be read, since it has one name only', () => {
    const files = { '/etc/sysctl.d/a.conf': { kind: 'unreadable' as const }, '/etc/sysctl.d/b.conf': `${BRIDGE}=1` };
    expect(told(boot(node(files), BRIDGE))).toBe('1 by /etc/sysctl.d/b.conf:1');
  });
});

describe('IPv6', () => {
  const key = 'net.ipv6.conf.all.forwarding';

  test('has no sysctls when the command line switches it off', () => {
    expect(told(boot(node({}, { commandLine: 'ipv6.disable=1' }), key))).toBe('absent');
  });

  test('has its own switch among the parameters of its module', () => {
    const inputs = node({}, { commandLine: 'ipv6.disable_ipv6=1' });
    // The kernel gives it to conf.default alone, from which interfaces take it when they come.
    expect(told(boot(inputs, 'net.ipv6.conf.all.disable_ipv6'))).toBe(DEFAULT);
    expect(told(boot(inputs, 'net.ipv6.conf.default.disable_ipv6'))).toBe('1 by commandLine ipv6.disable_ipv6=1');
  });

  test('forwarding of all interfaces sets that of new ones', () => {
    const inputs = node({ '/etc/sysctl.d/a.conf': `${key}=1` });
    expect(told(boot(inputs, 'net.ipv6.conf.default.forwarding'))).toBe('1 by /etc/sysctl.d/a.conf:1');
  });

  test('forwarding of new interfaces depends on whether systemd writes what is there already', () => {
    const inputs = node({ '/etc/sysctl.d/a.conf': `net.ipv6.conf.default.forwarding=1\n${key}=0` });
    expect(told(boot(inputs, 'net.ipv6.conf.default.forwarding'))).toBe(
      'unknown: 1 if systemd is 252 or newer, 0 if systemd is older than 252',
    );
  });
});

describe('the programs that set sysctls themselves', () => {
  const table: [profile: Parameters<typeof sysctlAgents>[0], agents: Record<string, number>][] = [
    [{}, {}],
    [{ distribution: 'k3s' }, { k3s: 3 }],
    [{ distribution: 'rke2', ipFamilies: ['IPv4', 'IPv6'] }, { rke2: 6 }],
    [{ distribution: 'k3s', cni: 'cilium', kubeProxyMode: 'none' }, { k3s: 2 }],
    [
      { distribution: 'k0s', cni: 'kube-router' },
      { k0s: 6, 'kube-router': 1 },
    ],
    [{ distribution: 'talos' }, { Talos: 4 }],
    [
      { cni: 'calico', kubeProxyMode: 'ipvs' },
      { 'kube-proxy (ipvs)': 1, felix: 1 },
    ],
    [{ cni: 'flannel', kubeProxyMode: 'iptables' }, {}],
  ];
  test.each(table)('of %j are %j, with so many sysctls', (profile, agents) => {
    const counts = sysctlAgents(profile).map(({ agent, enables }) => [agent, enables.length]);
    expect(Object.fromEntries(counts)).toEqual(agents);
  });
});

test('every other line that sets the sysctl is told with its fate', () => {
  const files = {
    '/usr/lib/sysctl.d/k8s.conf': `${FORWARD}=0`,
    '/etc/sysctl.d/k8s.conf': `net.ipv4.conf.all.forwarding=yes\n${FORWARD}=0`,
    '/etc/sysctl.d/z.conf': `${FORWARD}=1\n${FORWARD}=1`,
    '/etc/sysctl.conf': 'net.ipv4.ip_f*=0',
  };
  const value = boot(node(files), FORWARD);
  expect(told(value)).toBe('1 by /etc/sysctl.d/z.conf:1');
  expect(value.others).toEqual([
    { file: '/etc/sysctl.d/k8s.conf', line: 1, path: ALIAS, value: 'yes', fate: 'refused' },
    { file: '/etc/sysctl.d/k8s.conf', line: 2, path: PATH, value: '0', fate: 'overridden', by: Z },
    { file: '/etc/sysctl.d/z.conf', line: 2, path: PATH, value: '1', fate: 'repeated', by: Z },
    {
      file: '/usr/lib/sysctl.d/k8s.conf',
      line: 1,
      path: PATH,
      value: '0',
      fate: 'file replaced',
      by: { file: '/etc/sysctl.d/k8s.conf' },
    },
    { file: '/etc/sysctl.conf', line: 1, path: 'net/ipv4/ip_f*', value: '0', fate: 'not read' },
  ]);
});

const PATH = 'net/ipv4/ip_forward';
const ALIAS = 'net/ipv4/conf/all/forwarding';
const Z = { file: '/etc/sysctl.d/z.conf', line: 1 };

describe('what keeps a line from deciding', () => {
  const table: [sentence: string, line: string, others: Files, fate: string, by?: string][] = [
    ['a later line', '1', { '/etc/sysctl.d/b.conf': `${FORWARD}=0` }, 'overridden', '/etc/sysctl.d/b.conf:1'],
    [
      'a later line of another name',
      '1',
      { '/etc/sysctl.d/b.conf': 'net.ipv4.conf.all.forwarding=0' },
      'overridden',
      '/etc/sysctl.d/b.conf:1',
    ],
    ['an exemption', '1', { '/etc/sysctl.d/b.conf': `-${FORWARD}` }, 'taken back', '/etc/sysctl.d/b.conf:1'],
    ['the kernel', '1;', {}, 'refused'],
    ['a link to /dev/null', '1', { '/etc/sysctl.d/a.conf': { kind: 'mask' } }, 'file replaced', '/etc/sysctl.d/a.conf'],
  ];
  test.each(table)('%s', (_, value, others, fate, by) => {
    const { others: lines } = boot(node({ '/usr/lib/sysctl.d/a.conf': `${FORWARD}=${value}`, ...others }), FORWARD);
    const [line] = lines.filter(({ file }) => file === '/usr/lib/sysctl.d/a.conf');
    expect(line?.fate).toBe(fate);
    expect(line?.by && [line.by.file, line.by.line].filter((part) => part !== undefined).join(':')).toBe(by);
  });

  test('a line that names the key of its pattern', () => {
    const value = boot(node({ '/etc/sysctl.d/a.conf': `net.ipv4.ip_f*=1\n-${FORWARD}` }), FORWARD);
    expect(value.others).toMatchObject([{ line: 1, fate: 'spared', by: { file: '/etc/sysctl.d/a.conf', line: 2 } }]);
  });

  test('a service that is off', () => {
    const value = boot(
      node({ '/etc/sysctl.d/a.conf': `${FORWARD}=1` }, { maskedUnits: ['systemd-sysctl.service'] }),
      FORWARD,
    );
    expect(value.others).toMatchObject([{ line: 1, fate: 'not applied' }]);
  });
});

describe('a systemd that may be as old as that of RHEL 8', () => {
  const table: [sentence: string, lines: string, expected: string][] = [
    ['sets what stands in plain lines', `${FORWARD} = 1`, '1 by /etc/sysctl.d/a.conf:1'],
    [
      'may know no pattern',
      'net.ipv4.ip_f* = 1',
      'unknown: 1 if systemd is 252 or newer, 0 if systemd is older than 245',
    ],
    [
      'may not know a dash before a key',
      `-${FORWARD} = 1`,
      'unknown: 1 if systemd is 252 or newer, 0 if systemd is older than 240',
    ],
    [
      'may know no exemption',
      `${FORWARD} = 1\n-${FORWARD}`,
      'unknown: 0 if systemd is 252 or newer, 1 if systemd is older than 245',
    ],
    [
      'comes to the same where a plain line of each name follows',
      `net.ipv4.*=0\n-${FORWARD}=0\n${FORWARD}=1`,
      '1 by /etc/sysctl.d/a.conf:3',
    ],
    [
      'may write to a path that is spelled in a roundabout way',
      'net//ipv4/ip_forward=1',
      'unknown: /etc/sysctl.d/a.conf:1 writes a key in an unusual way',
    ],
  ];
  test.each(table)('%s', (_, lines, expected) => {
    expect(told(boot(node({ '/etc/sysctl.d/a.conf': lines }), FORWARD, { oldestSystemd: 239 }))).toBe(expected);
  });
});

describe('the oldest systemd of a system', () => {
  test.for<[os: OsFacts, release: number]>([
    [{ id: 'rhel', versionId: '8.10' }, 239],
    [{ id: 'rocky', versionId: '9.4' }, 250],
    [{ id: 'centos', versionId: '7' }, 0],
    [{ id: 'debian', versionId: '12' }, 252],
    [{ id: 'debian' }, 252],
    [{ id: 'debian', versionId: 'x' }, 0],
    [{ id: 'ubuntu', versionId: '22.04' }, 249],
    [{ id: 'ubuntu', versionId: '20.04' }, 245],
    [{ id: 'rhcos', versionId: '4.9' }, 0],
    [{ id: 'rhcos', versionId: '4.16' }, 252],
    [{ id: 'arch' }, 252],
    [{ id: 'constructor', versionId: '99' }, 0],
    [{ id: 'ubuntu', versionId: 'x' }, 0],
    [{}, 0],
  ])('%j is %i', ([os, release]) => {
    expect(oldestSystemd(os)).toBe(release);
  });
});

describe('the value of ip_forward after sysctl --system', () => {
  const now = {
    [FORWARD]: { is: 'value', value: '1' },
    'net.ipv4.conf.default.forwarding': { is: 'value', value: '1' },
  } as const;
  const table: [sentence: string, files: Files, expected: string][] = [
    ['stays when no line sets it', {}, '1 by unchanged true'],
    [
      'comes from /etc/sysctl.conf in the end',
      { '/etc/sysctl.d/zz.conf': `${FORWARD}=1`, '/etc/sysctl.conf': `${FORWARD}=0` },
      '0 by /etc/sysctl.conf:1',
    ],
    [
      'is that of the last line, also of one that repeats another',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=0\nnet.ipv4.conf.all.forwarding=1\n${FORWARD}=0` },
      '0 by /etc/sysctl.d/a.conf:3',
    ],
    [
      'is that of the line before one that the kernel refuses',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=0\n${FORWARD}=1;` },
      '0 by /etc/sysctl.d/a.conf:1',
    ],
    [
      'is not known when a line has a form feed, which only procps 4.0 and later takes for a blank',
      { '/etc/sysctl.d/a.conf': `\f${FORWARD}=0\f` },
      'unknown: /etc/sysctl.d/a.conf:1 has a control character',
    ],
    [
      'depends on the release when /etc and /run have a file of the same name',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=1`, '/run/sysctl.d/a.conf': `${FORWARD}=0` },
      'unknown: 1 if procps is newer than 4.0.2, 0 if procps is 3.3.17',
    ],
    [
      "depends on the release when only Ubuntu 22.04's knows no pattern and reads /etc first",
      { '/etc/sysctl.d/a.conf': 'net.ipv4.ip_forwar? = 0', '/run/sysctl.d/a.conf': `${FORWARD}=0` },
      'unknown: 0 if procps is newer than 4.0.2, 1 if procps is that of Ubuntu 22.04',
    ],
    [
      'is not known when a line has a carriage return or a NUL inside',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=0\r1` },
      'unknown: /etc/sysctl.d/a.conf:1 has a control character in the middle',
    ],
    [
      'is known behind a gap: every line is written',
      { '/etc/sysctl.d/a.conf': { kind: 'unreadable' }, '/etc/sysctl.d/b.conf': `${FORWARD}=0` },
      '0 by /etc/sysctl.d/b.conf:1',
    ],
    [
      'is not known behind a line that writes a key in an unusual way',
      { '/etc/sysctl.d/a.conf': `${FORWARD}=0\nnet/./ipv4/ip_forward=1` },
      'unknown: /etc/sysctl.d/a.conf:2 writes a key in an unusual way',
    ],
    [
      'is not known when procps takes the file name for a pattern',
      { '/etc/sysctl.d/[a].conf': `${FORWARD}=0` },
      'unknown: /etc/sysctl.d/[a].conf could not be read',
    ],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(told(reapplications(node(files), universeOf([FORWARD]), now)(FORWARD))).toBe(expected);
  });
});
