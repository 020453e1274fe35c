import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { pathExists, readFiles, readSysctl } from '../../src/facts/read.ts';
import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { FORTY_RULES } from './forty-rules.ts';
import { DEBIAN, type Entry, MODULES, nodeTree } from './node-tree.ts';
import { probe, runProbe } from './run-probe.ts';
import { SHELLS, titleOf } from './shells.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-request-'));
afterAll(() => rmSync(work, { recursive: true }));

const ask = (request: Partial<FactsRequest>): FactsRequest => mergeRequests([{ ...NOTHING_ASKED, ...request }]);
const UNIT = '/usr/lib/systemd/system/net.service';
const BUSY: Readonly<Record<string, Entry>> = { ...DEBIAN, [UNIT]: '[Service]\nExecStart=modprobe vxlan\n' };
/** What /proc has of its reader, which is another process for each program that the probe starts, and gone with it. */
const REAL_PROC: Readonly<Record<string, Entry>> = {
  '/proc/net': { link: 'self/net' },
  '/proc/self': { link: '4194999' },
};

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('the probe under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);
  const factsOf = (request: FactsRequest, entries: Readonly<Record<string, Entry>>) => {
    using node = nodeTree(entries);
    return probe(shell, { root: node.root, request });
  };

  check('reads nothing that was not asked for', () => {
    const { boot, bridges, cni, kernel, modules, sysctls, advertisedRoutes } = factsOf(NOTHING_ASKED, BUSY);
    expect({
      bridges,
      cni,
      modules,
      sysctls,
      advertisedRoutes,
      config: kernel.config,
      installed: kernel.installed,
    }).toEqual({
      modules: {},
      sysctls: {},
      config: {},
    });
    expect(boot).not.toHaveProperty('modprobe');
    expect(boot).not.toHaveProperty('modulesLoad');
    expect(boot).not.toHaveProperty('mentions');
  });

  check('reads a single sysctl, and one that is absent', () => {
    const one = factsOf(ask({ sysctls: ['fs.file-max'] }), {});
    expect(readSysctl(one, 'fs.file-max')).toMatchObject({ is: 'value', value: expect.stringMatching(/^\d+$/) });
    const none = factsOf(ask({ sysctls: ['net.ipv4.no_such_key'] }), {});
    expect(readSysctl(none, 'net.ipv4.no_such_key')).toEqual({ is: 'absent' });
  });

  check('finds what sets a sysctl of the network, among many files, where no module is to be followed', () => {
    const others = Array.from({ length: 40 }, (_, index) => [
      `/usr/lib/udev/rules.d/${index}-x.rules`,
      'KERNEL=="sd*"\n',
    ]);
    const sets = '/etc/udev/rules.d/99-net.rules';
    const entries = {
      ...DEBIAN,
      ...Object.fromEntries(others),
      [sets]: 'ACTION=="add", RUN+="/sbin/sysctl -w net.ipv4.ip_forward=0"\n',
    };
    const { boot } = factsOf(ask({ sysctls: ['net.ipv4.ip_forward'] }), entries);
    expect(boot.mentions?.map(({ path }) => path)).toEqual([sets]);
  });

  check('follows through units only the modules that are to be followed', () => {
    expect(factsOf(ask({ modules: ['vxlan'] }), BUSY).boot.mentions).toBeUndefined();
    const { boot } = factsOf(ask({ persistent: ['vxlan'] }), BUSY);
    expect(boot.mentions?.map(({ path }) => path)).toEqual([UNIT]);
    expect(factsOf(ask({ persistent: ['nf_conntrack', 'sctp'] }), BUSY).boot.mentions).toEqual([]);
  });

  check('finds any module in any spelling, and what it needs', () => {
    const request = ask({
      modules: ['vxlan', 'ip6_udp_tunnel', 'nft_compat'],
      options: ['CONFIG_VXLAN', 'CONFIG_TUN'],
    });
    const facts = factsOf(request, {
      [`${MODULES}/modules.dep`]:
        'net/vxlan.ko.xz: net/ip6-udp-tunnel.ko.xz net/udp_tunnel.ko.xz\nnet/myvxlan.ko.xz:\n',
      [`${MODULES}/modules.builtin`]: 'kernel/net/ip6-udp-tunnel.ko\n',
      [`/lib/modules/${MODULES.split('/').at(-1)}/config`]: 'CONFIG_VXLAN=m\nCONFIG_BRIDGE=m\n',
    });
    expect(facts.modules).toMatchObject({
      vxlan: { builtin: false, file: 'net/vxlan.ko.xz', dependencies: ['ip6_udp_tunnel', 'udp_tunnel'] },
      ip6_udp_tunnel: { builtin: true, file: null },
      nft_compat: { builtin: false, file: null },
    });
    expect(facts.modules).not.toHaveProperty('myvxlan');
    expect(facts.kernel.config).not.toHaveProperty('CONFIG_BRIDGE');
  });

  check('keeps the modprobe.d lines of what was asked and of what that needs', () => {
    const kept = ['blacklist vxlan', 'install udp-tunnel /bin/false', 'alias x off', 'options vx* a=1'];
    const gone = [
      'blacklist br_netfilter',
      'options nf_conntrack hashsize=1',
      'alias net-pf-10 ipv6',
      'blacklist vxlan2',
    ];
    const { boot } = factsOf(ask({ modules: ['vxlan'] }), {
      [`${MODULES}/modules.dep`]: 'net/vxlan.ko.xz: net/udp_tunnel.ko.xz\n',
      '/etc/modprobe.d/x.conf': [...kept, ...gone].join('\n'),
    });
    expect(boot.modprobe?.[0]?.lines.map(({ text }) => text)).toEqual(kept);
  });

  check.each<[string, string[], string[]]>([
    [
      'net.core.somaxconn',
      [
        'net.core.somaxconn=1',
        'net/core/somaxconn = 1',
        '-net.core.*=1',
        'net.core..somaxconn=1',
        'net/core/./somaxconn=1',
      ],
      [
        'net.core.rmem_max=1',
        'net.ipv4.ip_forward=1',
        'net.ipv4.tcp_rmem=1',
        'vm.swappiness=1',
        'net.core.somaxconn2=1',
      ],
    ],
    [
      'vm.overcommit_memory',
      ['vm.overcommit_memory=1', ' - vm/overcommit_memory = 1 ', 'vm.*=1', 'v[m].overcommit_memory=1'],
      ['vm.swappiness=1', 'kernel.panic=1', 'net.bridge.bridge-nf-call-iptables=1'],
    ],
    [
      'net.ipv4.neigh.default.gc_thresh1',
      ['net.ipv4.neigh.default.gc_thresh1=1', 'net.ipv4.neigh.eth0.gc_thresh1=1', 'net.ipv4.ip_forward=1'],
      ['net.ipv4.neigh.default.gc_thresh2=1', 'net.ipv4.tcp_rmem=1', 'net.ipv6.conf.all.forwarding=1'],
    ],
    [
      'net.ipv4.conf.lxc*.rp_filter',
      ['net.ipv4.conf.lxc1.rp_filter=1', 'net.ipv4.conf.default.rp_filter=1', 'net/ipv4/conf/eth0.1/rp_filter=1'],
      ['net.ipv6.conf.all.accept_ra=1', 'kernel.panic=1'],
    ],
    ['net.ipv4.tcp_rmem', ['net.ipv4.tcp_rmem = 1 2 3', 'net.ipv4.ip_forward=1'], ['net.ipv4.tcp_wmem = 1 2 3']],
    ['kernel.panic', ['kernel.panic=1', 'kernel/panic=1'], ['kernel.panic_on_oops=1', 'net.ipv4.ip_forward=1']],
  ])('keeps the sysctl lines that can reach %s', (key, kept, gone) => {
    const lines = [...gone, ...kept].join('\n');
    const { boot } = factsOf(ask({ sysctls: [key] }), { '/etc/sysctl.d/x.conf': lines });
    expect(boot.sysctl?.[0]?.lines.map(({ text }) => text)).toEqual(kept);
  });

  check('reads files by their paths, without comments, inside the node only', () => {
    const files = ['/etc/a.conf', '/etc/a.d/*.conf', '/etc/none.conf', '/etc/none.d/*.conf', '/proc/net/protocols'];
    const facts = factsOf(ask({ files: [...files, '/etc/pipe/*.conf'] }), {
      '/etc/a.conf': '# a\n[Network]\n; b\nManageForeignRoutes=no\n\n',
      '/etc/a.d/10 x.conf': 'A=1\n',
      '/etc/a.d/20.conf': { link: '/dev/null' },
      '/etc/a.d/30.conf': { link: '/etc/a.conf' },
      '/etc/a.d/40.conf.bak': 'B=2\n',
      '/etc/a.d/50.conf': { directory: true },
      ...REAL_PROC,
      '/proc/1/net/protocols': 'protocol\n',
    });
    const told = (path: string) => {
      const found = readFiles(facts, path);
      return typeof found === 'string'
        ? found
        : found.map(({ path, kind, lines }) => [path, kind, ...lines.map(({ number, text }) => `${number} ${text}`)]);
    };
    expect(files.map(told)).toEqual([
      [['/etc/a.conf', 'file', '2 [Network]', '4 ManageForeignRoutes=no']],
      [
        ['/etc/a.d/10 x.conf', 'file', '1 A=1'],
        ['/etc/a.d/20.conf', 'mask'],
        ['/etc/a.d/30.conf', 'file', '2 [Network]', '4 ManageForeignRoutes=no'],
        ['/etc/a.d/50.conf', 'other'],
      ],
      [],
      [],
      [['/proc/net/protocols', 'file', '1 protocol']],
    ]);
  });

  check('reads the first column and the last one of a table of counters, which has a line for each processor', () => {
    const path = '/proc/net/stat/arp_cache';
    const facts = factsOf(ask({ files: [path] }), {
      ...REAL_PROC,
      '/proc/1/net/stat/arp_cache':
        'entries  allocs   destroys table_fulls\n00000002 000000ff 00000012 00000000\n00000002 0000aaaa 00000bbb 00000001\n',
    });
    expect(readFiles(facts, path)).toMatchObject([
      {
        lines: [
          { number: 1, text: 'entries table_fulls' },
          { number: 2, text: '00000002 00000000' },
          { number: 3, text: '00000002 00000001' },
        ],
      },
    ]);
  });

  check('reads those lines of a file that have one of the words, under their numbers', () => {
    const files = ['/etc/kubelet.yaml#kind|resolvConf', '/etc/x.d/*.conf#A', '/etc/whole.conf'];
    const facts = factsOf(ask({ files }), {
      '/etc/kubelet.yaml': 'apiVersion: v1\nkind: K\n# resolvConf: no\ntoken: secret\nresolvConf: /x\n',
      '/etc/x.d/1.conf': 'A=1\nB=2\n',
      '/etc/whole.conf': 'B=2\n',
    });
    const lines = files.map((path) => {
      const found = readFiles(facts, path);
      return typeof found === 'string' ? found : found.flatMap((file) => file.lines);
    });
    expect(lines).toEqual([
      [
        { number: 2, text: 'kind: K' },
        { number: 5, text: 'resolvConf: /x' },
      ],
      [{ number: 1, text: 'A=1' }],
      [{ number: 1, text: 'B=2' }],
    ]);
  });

  check('tells which paths exist, also links that lead nowhere', () => {
    const paths = ['/run/units/invocation:a.service', '/run/units/invocation:b.service', '/run/no/x', '/run/file'];
    const facts = factsOf(ask({ paths }), {
      '/run/units/invocation:a.service': { link: '0123abcd' },
      '/run/file': '',
    });
    expect(paths.map((path) => pathExists(facts, path))).toEqual([true, false, false, true]);
  });

  check('answers forty rules on an ordinary node in one termination message', () => {
    using node = nodeTree(DEBIAN);
    const output = join(work, 'answer');
    runProbe(shell, { root: node.root, output, request: FORTY_RULES });
    const message = readFileSync(output, 'latin1');
    expect(message.length).toBeLessThanOrEqual(4096);
    const opened = openEnvelope(message);
    if ('problem' in opened) throw new Error(opened.problem);
    expect(opened.partial).toBe(false);
    expect(parseFacts(opened.text, FORTY_RULES)).toMatchObject({ asked: FORTY_RULES, dropped: [] });
  });
});
