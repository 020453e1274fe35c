import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { FACT_KINDS, type FactsRequest, mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

const DEBIAN = readFileSync(new URL('../fixtures/probe/debian-12.txt', import.meta.url), 'utf8');
/** What the records below are answers to. */
const REQUEST = mergeRequests([
  {
    ...NOTHING_ASKED,
    sysctls: ['net.ipv4.ip_forward', 'net.ipv6.conf.eth0/100.accept_ra'],
    options: ['CONFIG_BRIDGE_NETFILTER'],
    kinds: FACT_KINDS,
  },
]);
/** The same, and these modules. */
const MODULES = {
  ...REQUEST,
  modules: ['br_netfilter', 'bridge', 'ipv6', 'nf_conntrack'],
  persistent: ['br_netfilter'],
};
const nothing = (asked: FactsRequest): NodeFacts => ({
  asked: mergeRequests([asked]),
  netns: {},
  kernel: { config: {} },
  os: {},
  sysctls: {},
  modules: {},
  boot: {},
  dropped: [],
});

/** A whole text of these records. */
function text(...records: string[]): string {
  return ['np 1', ...records, 'n end', ''].join('\n');
}

describe('parseFacts', () => {
  test.each([
    [
      'n fs overlay tmpfs ext4 fuse.x',
      { '/etc': 'overlay', '/etc/sysctl.d': 'tmpfs', '/etc/modules-load.d': 'ext4', '/var/lib': 'fuse.x' },
    ],
    ['n fs ext4 ext4 ext4', undefined],
    ['n fs ext4 ext4 ext4 ext4 ext4', undefined],
    ['n fs ext4 ext4 ext4 %0a', undefined],
    ['n fs', undefined],
    ['n fsx ext4 ext4 ext4 ext4', undefined],
  ])('takes file systems from %j only when each place has one', (line, expected) => {
    expect(parseFacts(text(line), REQUEST).boot.fileSystems).toEqual(expected);
  });

  test('reads a real answer', () => {
    const { boot, sysctls, ...facts } = parseFacts(DEBIAN, SWITCHES_REQUEST);
    expect(facts).toEqual({
      asked: SWITCHES_REQUEST,
      netns: { self: '4026532408', init: '4026532408' },
      kernel: {
        release: '6.18.44',
        arch: 'amd64',
        loadable: false,
        modulesDirectory: true,
        moduleList: true,
        installed: ['6.18.44'],
        images: [],
        modulesDisabled: { is: 'absent' },
        config: { CONFIG_MODULES: 'n', CONFIG_BRIDGE_NETFILTER: 'y', CONFIG_NF_CONNTRACK: 'y' },
      },
      os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
      container: null,
      modules: {
        br_netfilter: {
          inSysfs: false,
          builtin: false,
          file: 'kernel/net/bridge/br_netfilter.ko',
          dependencies: ['bridge', 'stp', 'llc'],
        },
        nf_conntrack: {
          inSysfs: true,
          builtin: false,
          file: 'kernel/net/netfilter/nf_conntrack.ko',
          dependencies: ['nf_defrag_ipv4'],
        },
        bridge: { inSysfs: true, builtin: false, file: 'kernel/net/bridge/bridge.ko', dependencies: ['stp', 'llc'] },
        ipv6: { inSysfs: true, builtin: true, file: null },
      },
      bridges: [
        { name: 'cni0', nfCallIptables: false, nfCallIp6tables: false, portCount: 1 },
        { name: 'virbr0', nfCallIptables: false, nfCallIp6tables: false, portCount: 0 },
      ],
      cni: { file: '/etc/cni/net.d/10-flannel.conflist', plugins: ['flannel', 'portmap'] },
      dropped: [],
    });
    expect(sysctls['net.bridge.bridge-nf-call-iptables']).toEqual({ is: 'value', value: '0' });
    expect(sysctls['net.netfilter.nf_conntrack_max']).toEqual({ is: 'value', value: '262144' });
    expect(boot).toMatchObject({ init: 'systemd', commandLine: 'BOOT_IMAGE=/boot/vmlinuz root=UUID=0f2c ro quiet' });
    expect(boot.sysctl?.[0]).toEqual({
      path: '/etc/sysctl.d/00-off.conf',
      kind: 'mask',
      target: '/dev/null',
      lines: [],
    });
    expect(boot.modprobe?.[1]?.lines).toEqual([{ number: 1, text: 'install br_netfilter /bin/false' }]);
  });

  test.each([
    ['nothing', ''],
    ['another version', DEBIAN.replace('np 1', 'np 2')],
    ['a text without its first line', DEBIAN.slice(DEBIAN.indexOf('\n') + 1)],
    ['something else', '\0'.repeat(100)],
  ])('knows nothing from %s', (_, input) => {
    expect(parseFacts(input, REQUEST)).toEqual(nothing(REQUEST));
  });

  test.each<[string, string[], Partial<NodeFacts>, FactsRequest?]>([
    ['unread sysctls', ['n v net/ipv4/ip_forward !'], { sysctls: { 'net.ipv4.ip_forward': { is: 'unreadable' } } }],
    ['garbled sysctls', ['n v net/ipv4/ip_forward', 'n v x -1', 'n v x !!', 'n v ../x =1'], {}],
    [
      "sysctls of interfaces, a dot in whose name becomes sysctl(8)'s slash",
      ['n v net/ipv6/conf/eth0.100/accept_ra =2', 'n v net/ipv6/conf/../accept_ra =1'],
      { sysctls: { 'net.ipv6.conf.eth0/100.accept_ra': { is: 'value', value: '2' } } },
    ],
    ['no default routes from router advertisements', ['n ra'], { advertisedRoutes: [] }],
    [
      'links with such routes, whatever they are called',
      [`n ra ${['eth0', 'eth0', 'a.0', '$(id)', 'x/y'].map((link) => `net/ipv6/conf/${link}/accept_ra`).join(' ')} x`],
      { advertisedRoutes: ['eth0', 'a.0', '$(id)'] },
    ],
    ["a container's own process 1", ['n own', 'n init 4026531840'], {}],
    ['namespaces that are no numbers', ['n self x', 'n init '], {}],
    ['unknown records', ['z 1', 'n unknown 1', 'x', '', 'nself 1', 'n'], {}],
    [
      'sections that were left out',
      ['n dropped s m', 'n dropped b constructor'],
      { dropped: ['boot.sysctl', 'boot.modulesLoad', 'bridges'] },
    ],
    ['sections that do not end', ['b cni0 1 1 0', 'c type x', 's + /etc/sysctl.conf', 's 1 x'], {}],
    ['bridges without flags', ['b br0 - - 2', 'b end'], { bridges: [{ name: 'br0', portCount: 2 }] }],
    ['garbled bridges', ['b x', 'b x 1 1 many', 'b end'], { bridges: [] }],
    [
      'encoded names',
      ['b %c3%a4%0a% 1 0 0', 'b end'],
      { bridges: [{ name: 'ä\n', nfCallIptables: true, nfCallIp6tables: false, portCount: 0 }] },
    ],
    ['a container', ['o container systemd-nspawn'], { container: 'systemd-nspawn' }],
    ['an unreadable CNI configuration', ['c ! /etc/cni/net.d/x.conf', 'c end'], {}],
    ['no CNI configuration', ['c end'], { cni: null }],
    [
      'modules that were looked for',
      ['n modules', 'k builtin', 'k dep kernel/br-netfilter.ko.zst: kernel/bridge.ko.zst kernel/802-x.ko.zst'],
      {
        kernel: { config: {}, moduleList: true },
        modules: {
          br_netfilter: {
            loaded: false,
            builtin: false,
            file: 'kernel/br-netfilter.ko.zst',
            dependencies: ['bridge', '802_x'],
          },
          nf_conntrack: { loaded: false, builtin: false, file: null },
          bridge: { loaded: false, builtin: false, file: null },
          ipv6: { loaded: false, builtin: false, file: null },
        },
      },
      MODULES,
    ],
    [
      'modules.dep that is absent, which is not one that was not read',
      ['k dir 1', 'k nodep', 'k of 6.1', 'k nodep', 'k of 6.2'],
      {
        kernel: {
          config: {},
          modulesDirectory: true,
          moduleList: false,
          others: [
            { release: '6.1', modules: {}, moduleList: false },
            { release: '6.2', modules: {} },
          ],
        },
      },
    ],
    [
      'other kernels, whose lists are not those of the running one',
      [
        'k images 6.1 6.2',
        'k of 6.1',
        'k dep kernel/br_netfilter.ko: kernel/bridge.ko',
        'k of 6.2',
        'k builtin',
        'k of',
      ],
      {
        kernel: {
          config: {},
          images: ['6.1', '6.2'],
          others: [
            {
              release: '6.1',
              moduleList: true,
              modules: {
                br_netfilter: { file: 'kernel/br_netfilter.ko', dependencies: ['bridge'] },
                nf_conntrack: { file: null },
                bridge: { file: null },
                ipv6: { file: null },
              },
            },
            {
              release: '6.2',
              modules: {
                br_netfilter: { builtin: false },
                nf_conntrack: { builtin: false },
                bridge: { builtin: false },
                ipv6: { builtin: false },
              },
            },
          ],
        },
      },
      MODULES,
    ],
    [
      'files that name br_netfilter',
      [
        'u + /etc/systemd/system/a.service',
        'u 3 ExecStart=/sbin/modprobe br_netfilter',
        'i wanted multi-user.target.wants/a.service',
        'i wanted x.service.requires/a.service',
        'i wanted y.target.wants/a.service 0',
        'i wanted y.target.wants/a.service',
        'u end',
      ],
      {
        boot: {
          mentions: [
            {
              path: '/etc/systemd/system/a.service',
              kind: 'file',
              lines: [{ number: 3, text: 'ExecStart=/sbin/modprobe br_netfilter' }],
            },
          ],
          wantedUnits: [
            { unit: 'a.service', by: 'multi-user.target' },
            { unit: 'a.service', by: 'x.service' },
          ],
        },
      },
    ],
    [
      'what needs br_netfilter, and that more kernels are there than were listed',
      [
        'k dep a/br_netfilter.ko: a/bridge.ko',
        'k needs x/xt_physdev.ko.zst: a/br_netfilter.ko a/bridge.ko',
        'k installed 6.1',
        'k cut',
      ],
      {
        kernel: { installed: ['6.1'], installedCut: true, moduleList: true, config: {} },
        modules: {
          br_netfilter: { file: 'a/br_netfilter.ko', dependencies: ['bridge'] },
          nf_conntrack: { file: null },
          bridge: { file: null },
          ipv6: { file: null },
          xt_physdev: { file: 'x/xt_physdev.ko.zst', dependencies: ['br_netfilter', 'bridge'] },
        },
      },
      MODULES,
    ],
    [
      'the runlevels of OpenRC',
      ['i runlevels boot/modules default/sysctl'],
      { boot: { runlevels: ['boot/modules', 'default/sysctl'] } },
    ],
  ])('reads %s', (_, records, facts, asked = REQUEST) => {
    expect(parseFacts(text(...records), asked)).toEqual({ ...nothing(asked), ...facts });
  });

  test.each([
    ['ID=debian', { id: 'debian' }],
    ["ID='rhel'", { id: 'rhel' }],
    ['ID_LIKE="rhel  centos fedora"', { idLike: ['rhel', 'centos', 'fedora'] }],
    ['PRETTY_NAME="A \\"B\\" \\$C\\\\"', { prettyName: 'A "B" $C\\' }],
    ['VARIANT_ID=""', {}],
    ['VERSION_ID="12"\r', { versionId: '12' }],
    ['constructor=x', {}],
  ])('reads os-release as a shell would: %s', (line, os) => {
    expect(parseFacts(text('o + /etc/os-release', `o 1 ${line}`), REQUEST).os).toEqual(os);
  });

  test('marks files that were cut or could not be read', () => {
    const records = [
      'm + /a',
      'm 1 x',
      'm t',
      'm + /b',
      'm 1 x',
      'm e',
      'm ? /c',
      'm ! /d',
      `m + /e`,
      `m 1 ${'x'.repeat(20_000)}`,
      'm end',
    ];
    expect(parseFacts(text(...records), REQUEST).boot.modulesLoad).toEqual([
      { path: '/a', kind: 'file', truncated: true, lines: [{ number: 1, text: 'x' }] },
      { path: '/b', kind: 'unreadable', lines: [] },
      { path: '/c', kind: 'other', lines: [] },
      { path: '/d', kind: 'unreadable', lines: [] },
      { path: '/e', kind: 'file', truncated: true, lines: [] },
    ]);
  });

  test('does not let a key reach an object it is not on', () => {
    const facts = parseFacts(text('n v __proto__ =1', 'n v constructor =1', 'k config CONFIG_X=y'), REQUEST);
    expect(Object.getPrototypeOf(facts.sysctls)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).is).toBeUndefined();
  });

  test('is bounded by its own limit, not by the size of the text', () => {
    const lines = 's 1 net.x=1\n'.repeat(200_000);
    const facts = parseFacts(`np 1\nn self 1\n${lines}s end\nn end\n`, REQUEST);
    expect(facts.netns.self).toBe('1');
    expect(facts.boot.sysctl).toBeUndefined();
  });
});

/** Whether every fact of a text that was cut is a fact of the whole one. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part))
    return JSON.stringify(part) === JSON.stringify(whole);
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, value]) => isPartOf(value, (whole as Record<string, unknown>)[key]));
}

/** Numbers below a bound, the same in every run. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

describe('a text that is not as the probe wrote it', () => {
  const whole = parseFacts(DEBIAN, SWITCHES_REQUEST);

  test('never makes a fact of what was cut off', () => {
    for (let length = 0; length <= DEBIAN.length; length++) {
      const facts = parseFacts(DEBIAN.slice(0, length), SWITCHES_REQUEST);
      expect(isPartOf(facts, whole), `cut after ${length}: ${JSON.stringify(facts)}`).toBe(true);
    }
  });

  test('never makes a value of a sysctl that was absent or unread', () => {
    const unread = DEBIAN.replaceAll(/^(n v \S+) .*$/gm, (_, key, offset) => `${key} ${offset % 2 ? '-' : '!'}`);
    for (let length = 0; length <= unread.length; length++) {
      const { sysctls, kernel } = parseFacts(unread.slice(0, length), SWITCHES_REQUEST);
      const readings = [...Object.values(sysctls), kernel.modulesDisabled];
      expect(readings.every((reading) => reading?.is !== 'value')).toBe(true);
    }
  });

  test('never throws, whatever bytes change', () => {
    const below = randomNumbers(1);
    for (let round = 0; round < 2000; round++) {
      const characters = [...DEBIAN];
      for (let count = below(20); count >= 0; count--) {
        const mutation = ['', '\n', ' ', '%', '\0', '\ufffd', '0', '-'][below(8)] ?? '';
        characters.splice(below(characters.length), below(3), mutation);
      }
      expect(() => parseFacts(characters.join(''), SWITCHES_REQUEST)).not.toThrow();
    }
  });
});
