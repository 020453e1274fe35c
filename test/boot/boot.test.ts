import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Boot } from '../../src/boot/boot.ts';
import { simulateModuleBoot } from '../../src/boot/modules.ts';
import { run } from '../../src/boot/sysctl-programs.ts';
import { PROCPS_RELEASES } from '../../src/boot/sysctl-reapply.ts';
import type { BootValue } from '../../src/boot/sysctl-value.ts';
import type { BootInputs, NodeFacts } from '../../src/facts/facts.ts';
import { NotAsked } from '../../src/facts/read.ts';
import { mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { facts, file, ON_DISK } from './made-up-node.ts';

vi.mock(import('../../src/boot/sysctl-programs.ts'), async (original) => {
  const real = await original();
  return { ...real, run: vi.fn(real.run) };
});
vi.mock(import('../../src/boot/modules.ts'), async (original) => {
  const real = await original();
  return { ...real, simulateModuleBoot: vi.fn(real.simulateModuleBoot) };
});

const OWN = { sysctl: '/etc/sysctl.d/99-zz-netprereq.conf', modules: '/etc/modules-load.d/netprereq.conf' };
const BRIDGE = 'net.bridge.bridge-nf-call-iptables';
const FORWARD = 'net.ipv4.ip_forward';
const CONNTRACK_MAX = 'net.netfilter.nf_conntrack_max';

/** Debian 12, whose systemd reads files in one way only. */
function nodeWith(boot: BootInputs, now: Readonly<Record<string, string>> = {}): NodeFacts {
  const sysctls = Object.fromEntries(Object.entries(now).map(([key, value]) => [key, { is: 'value' as const, value }]));
  const node = facts(boot, { os: { id: 'debian', versionId: '12' } });
  return { netns: {}, dropped: [], ...node, sysctls };
}

function bootWith(boot: BootInputs, now?: Readonly<Record<string, string>>): Boot {
  return new Boot(nodeWith(boot, now), {}, OWN);
}

/** The boot of a node with these lines in one file of sysctl.d. */
function linesGive(lines: readonly string[], now?: Readonly<Record<string, string>>): Boot {
  return bootWith({ sysctl: [file('/etc/sysctl.d/50-x.conf', ...lines)] }, now);
}

function told(value: BootValue): string {
  return value.is === 'value' ? value.value : value.is;
}

beforeEach(() => {
  vi.clearAllMocks();
});

describe('a boot tells nothing of what was not asked of the node', () => {
  const SOMAXCONN = 'net.core.somaxconn';
  const sysctls = [SOMAXCONN, 'net.ipv4.conf.{lxc*,cilium_*}.rp_filter', FORWARD];
  const asked = mergeRequests([{ ...NOTHING_ASKED, sysctls, modules: ['vxlan'] }]);
  const boot = new Boot(
    { ...nodeWith({ sysctl: [file('/etc/sysctl.d/a.conf', `${SOMAXCONN} = 1`)] }), asked },
    {},
    OWN,
  );
  const other = boot.with({ sysctls: [[FORWARD, '1']] });

  test.for<[name: string, ask: (boot: Boot) => unknown]>([
    ['a sysctl', (one) => one.sysctl('kernel.panic')],
    [
      'a sysctl that is not the one of an interface that was asked',
      (one) => one.sysctl('net.ipv4.conf.eth0.log_martians'),
    ],
    ['a sysctl of an interface to come', (one) => one.lateSysctl('net.ipv4.conf.eth0.log_martians')],
    ['a sysctl whose module is loaded', (one) => one.sysctlOnceLoaded(CONNTRACK_MAX)],
    ['a sysctl when the files are applied again', (one) => one.reapply('kernel.panic')],
    ['what blocks a sysctl', (one) => one.blockersOfSysctl('kernel.panic', () => true)],
    ['a module', (one) => one.module('geneve')],
    ['a module that something asks for', (one) => one.moduleOnDemand('geneve')],
    ['what blocks a module', (one) => one.blockersOfModule('geneve')],
  ])('%s', ([, ask]) => {
    expect(() => ask(boot)).toThrow(NotAsked);
    expect(() => ask(other)).toThrow(NotAsked);
  });

  test('and everything of what was', () => {
    expect(told(boot.sysctl(SOMAXCONN))).toBe('1');
    expect(told(boot.reapply(SOMAXCONN))).toBe('1');
    expect(told(boot.lateSysctl('net.ipv4.conf.lxc0.rp_filter'))).toBe('0');
    expect(told(boot.sysctl('net.ipv4.conf.all.rp_filter'))).toBe('0');
    expect(told(other.sysctl(FORWARD))).toBe('1');
    expect(boot.moduleOnDemand('vxlan').present).toBe('unknown');
  });
});

describe('a boot is simulated once', () => {
  const keys = [BRIDGE, 'net.bridge.bridge-nf-call-ip6tables', FORWARD, 'net.ipv4.tcp_rmem'];
  const now = Object.fromEntries(keys.map((key) => [key, '1']));
  const modules = [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')];
  const loaded = { ...ON_DISK, br_netfilter: { ...ON_DISK.br_netfilter, loaded: true } };
  const boot = () => new Boot({ ...nodeWith({ modulesLoad: modules }, now), modules: loaded }, {}, OWN);

  test('all keys of the facts, asked for again and again, take one run of the files', () => {
    const one = boot();
    for (const key of [...keys, ...keys]) one.sysctl(key);
    for (const key of keys) one.sysctlOnceLoaded(key);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('nothing is run before it is asked for', () => {
    boot().with({ sysctls: [[FORWARD, '1']] });
    expect(run).not.toHaveBeenCalled();
    expect(simulateModuleBoot).not.toHaveBeenCalled();
  });

  test('each module is simulated once, though sysctls ask for it, too', () => {
    const one = boot();
    for (let i = 0; i < 3; i++) {
      one.module('br_netfilter');
      one.module('nf_conntrack');
      for (const key of keys) one.sysctl(key);
    }
    expect(vi.mocked(simulateModuleBoot).mock.calls.map(([, name]) => name)).toEqual(['br_netfilter', 'nf_conntrack']);
  });

  test('sysctl --system is run once per release of procps', () => {
    const one = boot();
    for (const key of [...keys, ...keys]) one.reapply(key);
    expect(run).toHaveBeenCalledTimes(PROCPS_RELEASES.length);
  });
});

describe('a sysctl that is in no table', () => {
  const table: [sentence: string, key: string, lines: string[], expected: string, now?: string][] = [
    ['that nothing sets is unset', 'net.core.somaxconn', [], 'unset'],
    ['takes a number', 'net.core.somaxconn', ['net.core.somaxconn = 1024'], '1024'],
    ['takes an octal number', 'net.core.somaxconn', ['net.core.somaxconn = 010'], '8'],
    ['takes a hexadecimal number', 'net.core.somaxconn', ['net.core.somaxconn=0x10'], '16'],
    ['takes a negative number', 'net.core.x', ['net.core.x=-1'], '-1'],
    ['takes several numbers as they stand', 'net.ipv4.tcp_rmem', ['net.ipv4.tcp_rmem = 4096\t 1 2'], '4096 1 2'],
    ['takes a text', 'kernel.core_pattern', ['kernel.core_pattern = |/bin/x  %p'], '|/bin/x %p'],
    ['takes a pattern', 'net.core.rmem_max', ['net.core.*_max = 7'], '7'],
    [
      'does not take a pattern past an exemption',
      'net.core.rmem_max',
      ['net.core.*_max=7', '-net.core.rmem_max'],
      'unset',
    ],
    ['is unknown with a number that an integer cannot hold', 'fs.file-max', ['fs.file-max = 99999999999'], 'unknown'],
    ['is unknown with what is no octal number', 'net.core.x', ['net.core.x = 08'], 'unknown'],
    ['that is a number now refuses text', 'net.core.x', ['net.core.x = 1;'], 'unset', '5'],
    ['that is a number now ends at a blank', 'net.core.x', ['net.core.x = 7 # why'], '7', '5'],
    [
      'that has three numbers now is unknown with one',
      'net.ipv4.tcp_rmem',
      ['net.ipv4.tcp_rmem=1'],
      'unknown',
      '1 2 3',
    ],
    ['takes a list of ports', 'net.ipv4.x_ports', ['net.ipv4.x_ports = 80,90'], '80,90', '80'],
    ['by its other name is the same', 'net.ipv4.conf.all.forwarding', [`${FORWARD} = 1`], '1'],
    ['of IPv4 redirects goes when forwarding comes', 'net.ipv4.conf.all.accept_redirects', [`${FORWARD} = 1`], '0'],
  ];
  test.each(table)('%s', (_, key, lines, expected, now) => {
    expect(told(linesGive(lines, now === undefined ? {} : { [key]: now }).sysctl(key))).toBe(expected);
  });

  test('that nothing sets stays unset after sysctl --system only as far as it could be read', () => {
    expect(told(linesGive([], { 'net.core.x': '5' }).reapply('net.core.x'))).toBe('5');
    expect(told(linesGive([]).reapply('net.core.x'))).toBe('unknown');
  });
});

describe('a sysctl of an interface', () => {
  const RP = 'net.ipv4.conf.eth0.rp_filter';
  const table: [sentence: string, key: string, lines: string[], now: string, late: string][] = [
    ['has the default of the kernel where nothing sets it', RP, [], '0', '0'],
    ['has its own line', RP, [`${RP} = 2`], '2', '2'],
    ['has its own line whatever the default is', RP, [`${RP} = 2`, 'net.ipv4.conf.default.rp_filter=1'], '2', '2'],
    ['has a pattern', RP, ['net.ipv4.conf.*.rp_filter = 2'], '2', '2'],
    [
      'has the default where a line exempts it from the pattern',
      RP,
      ['net.ipv4.conf.default.rp_filter=1', 'net.ipv4.conf.*.rp_filter=2', `-${RP}`],
      'unknown',
      '1',
    ],
    [
      'takes conf.default when it comes, but has it before perhaps',
      RP,
      ['net.ipv4.conf.default.rp_filter=1'],
      'unknown',
      '1',
    ],
    ['does not take conf.all', RP, ['net.ipv4.conf.all.rp_filter=1'], '0', '0'],
    ['forwards as soon as all do', 'net.ipv4.conf.eth0.forwarding', [`${FORWARD}=1`], '1', '1'],
    [
      'does not forward where new ones do not',
      'net.ipv4.conf.eth0.forwarding',
      [`${FORWARD}=1`, 'net.ipv4.conf.default.forwarding=0'],
      'unknown',
      '0',
    ],
    [
      'has its own forwarding, which a later ip_forward may undo',
      'net.ipv4.conf.eth0.forwarding',
      ['net.ipv4.conf.eth0.forwarding=0', `${FORWARD}=1`],
      'unknown',
      '0',
    ],
    [
      'may have a dot in its name',
      'net.ipv4.conf.eth0/100.rp_filter',
      ['net/ipv4/conf/eth0.100/rp_filter=2'],
      '2',
      '2',
    ],
    [
      'of IPv6 takes conf.default',
      'net.ipv6.conf.eth0.accept_ra',
      ['net.ipv6.conf.default.accept_ra=2'],
      'unknown',
      '2',
    ],
    [
      'of IPv6 takes disable_ipv6 of all',
      'net.ipv6.conf.eth0.disable_ipv6',
      ['net.ipv6.conf.all.disable_ipv6=1'],
      '1',
      '1',
    ],
    [
      'of a neighbour takes a pattern',
      'net.ipv4.neigh.eth0.mcast_solicit',
      ['net.ipv4.neigh.*.mcast_solicit=4'],
      '4',
      '4',
    ],
    ['that nothing sets is unset', 'net.ipv4.conf.eth0.arp_ignore', [], 'unset', 'unset'],
  ];
  test.each(table)('%s', (_, key, lines, now, late) => {
    const boot = linesGive(lines);
    expect([told(boot.sysctl(key)), told(boot.lateSysctl(key))]).toEqual([now, late]);
  });

  test('names the line of conf.default that decides', () => {
    expect(linesGive(['net.ipv4.conf.default.rp_filter=1']).lateSysctl(RP)).toMatchObject({
      source: { file: '/etc/sysctl.d/50-x.conf', line: 1 },
      path: 'net/ipv4/conf/default/rp_filter',
    });
  });

  test('of the loopback is not set again by udev', () => {
    const lines = ['net.ipv4.conf.lo.rp_filter=2'];
    expect(told(linesGive(lines).lateSysctl('net.ipv4.conf.lo.rp_filter'))).toBe('0');
  });

  test('is unknown where the service is masked, because udev runs the program all the same', () => {
    const boot = bootWith({
      maskedUnits: ['systemd-sysctl.service'],
      sysctl: [file('/etc/sysctl.d/a.conf', `${RP} = 2`)],
    });
    expect(told(boot.lateSysctl(RP))).toBe('unknown');
    expect(told(boot.sysctl('net.ipv4.conf.all.rp_filter'))).toBe('0');
  });

  test('on Alpine comes without another run of the files', () => {
    const node = nodeWith({
      init: 'init',
      runlevels: ['boot/sysctl'],
      sysctl: [file('/etc/sysctl.d/a.conf', `${RP} = 2`)],
    });
    expect(told(new Boot({ ...node, os: { id: 'alpine' } }, {}, OWN).lateSysctl(RP))).toBe('0');
  });

  test('is unknown where it does not exist now', () => {
    const node = { ...nodeWith({}), sysctls: { [RP]: { is: 'absent' as const } } };
    expect(told(new Boot(node, {}, OWN).sysctl(RP))).toBe('unknown');
  });
});

describe('a sysctl that comes with nf_conntrack', () => {
  const sysctl = [file('/etc/sysctl.d/a.conf', `${CONNTRACK_MAX} = 1000000`)];
  test.each([
    [
      'has its line where a list loads the module before',
      [file('/etc/modules-load.d/a.conf', 'nf_conntrack')],
      '1000000',
    ],
    ['is unknown where something else loads the module', [], 'unknown'],
  ])('%s', (_, modulesLoad, expected) => {
    expect(told(bootWith({ sysctl, modulesLoad }).sysctl(CONNTRACK_MAX))).toBe(expected);
  });
});

describe('any module', () => {
  const modules = { ...ON_DISK, vxlan: { loaded: false, builtin: false, file: 'vxlan.ko', dependencies: [] } };
  const boot = (inputs: BootInputs) => new Boot({ ...nodeWith(inputs), modules }, {}, OWN);

  test('comes when a list names it', () => {
    expect(boot({ modulesLoad: [file('/etc/modules-load.d/a.conf', 'vxlan')] }).module('vxlan').present).toBe(
      'before-sysctl',
    );
  });

  test('does not come when nothing does, though it can', () => {
    expect(boot({}).module('vxlan').present).toBe('never');
    expect(boot({}).moduleOnDemand('vxlan').present).toBe('after-sysctl');
  });

  test('cannot come where modprobe runs something else', () => {
    const modprobe = [file('/etc/modprobe.d/a.conf', 'install vxlan /bin/false')];
    expect(boot({ modprobe }).moduleOnDemand('vxlan')).toMatchObject({
      present: 'never',
      stoppedBy: { file: '/etc/modprobe.d/a.conf', line: 1 },
    });
  });

  test('is unknown where it was not looked for', () => {
    expect(bootWith({}).module('vxlan').present).toBe('unknown');
    expect(bootWith({}).moduleOnDemand('vxlan').present).toBe('unknown');
  });
});

describe('another boot', () => {
  const lines = [`${FORWARD} = 1`, `${FORWARD} = 0`];

  test('with lines of our own leaves the first as it was', () => {
    const boot = linesGive(lines);
    const other = boot.with({ sysctls: [[FORWARD, '1']], modules: ['br_netfilter'] });
    expect([told(boot.sysctl(FORWARD)), told(other.sysctl(FORWARD))]).toEqual(['0', '1']);
    expect([boot.module('br_netfilter').present, other.module('br_netfilter').present]).toEqual([
      'never',
      'before-sysctl',
    ]);
    expect(other.sysctl(FORWARD)).toMatchObject({ source: { file: OWN.sysctl, line: 1 } });
  });

  test('without a line is what it was before that line', () => {
    const at = { file: '/etc/sysctl.d/50-x.conf', line: 2 };
    expect(told(linesGive(lines).without([at])?.sysctl(FORWARD) ?? linesGive([]).sysctl(BRIDGE))).toBe('1');
    expect(linesGive(lines).without([at, { ...at, line: 3 }])).toBeUndefined();
  });

  test('needs what stands in the way gone', () => {
    const late = bootWith({ sysctl: [file('/etc/sysctl.d/zz.conf', 'net.core.somaxconn = 128')] });
    const enough = (value: string) => Number(value) >= 1024;
    expect(late.blockersOfSysctl('net.core.somaxconn', enough, '4096')).toEqual({
      obstacles: [{ file: '/etc/sysctl.d/zz.conf', line: 1 }],
      ownLine: true,
    });
    expect(late.blockersOfModule('br_netfilter')).toEqual({ obstacles: [], ownLine: true });
  });
});
