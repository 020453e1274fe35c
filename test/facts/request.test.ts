import { describe, expect, test } from 'vitest';
import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { requestLines } from '../../src/probe/request-lines.ts';

const ask = (request: Partial<FactsRequest>): FactsRequest => ({ ...NOTHING_ASKED, ...request });

describe('mergeRequests', () => {
  test('asks nothing of nothing', () => {
    expect(mergeRequests([])).toEqual(NOTHING_ASKED);
  });

  test('has everything once, sorted', () => {
    const one = ask({ sysctls: ['vm.swappiness', 'net.core.somaxconn'], kinds: ['routes', 'cni'] });
    expect(mergeRequests([one, ask({ sysctls: ['net.core.somaxconn'], kinds: ['cni'] })])).toEqual(
      ask({ sysctls: ['net.core.somaxconn', 'vm.swappiness'], kinds: ['cni', 'routes'] }),
    );
  });

  test('merges into itself', () => {
    const once = mergeRequests([
      ask({ sysctls: ['net.ipv4.conf.{a*,b}.rp_filter', 'net.ipv4.ip_forward'], modules: ['vxlan'] }),
    ]);
    expect(mergeRequests([once])).toEqual(once);
  });

  test.each<[string, Partial<FactsRequest>, Partial<FactsRequest>]>([
    [
      'alternatives, each as a pattern of its own',
      { sysctls: ['net.ipv4.neigh.{lxc*,cilium_*}.gc_interval'] },
      { sysctls: ['net.ipv4.neigh.cilium_*.gc_interval', 'net.ipv4.neigh.lxc*.gc_interval'] },
    ],
    [
      'what a new interface begins with, and what counts besides',
      { sysctls: ['net.ipv4.conf.cali*.rp_filter'] },
      { sysctls: ['net.ipv4.conf.all.rp_filter', 'net.ipv4.conf.default.rp_filter'] },
    ],
    [
      'other names of the same sysctl',
      { sysctls: ['net.ipv4.ip_forward'] },
      { sysctls: ['net.ipv4.conf.all.forwarding', 'net.ipv4.conf.default.forwarding'] },
    ],
    [
      'whether the kernel loads modules, where it is asked for one',
      { modules: ['vxlan'] },
      { sysctls: ['kernel.modules_disabled'], options: ['CONFIG_MODULES'] },
    ],
    [
      'the module without which there are no such sysctls, and how it comes',
      { sysctls: ['net.bridge.bridge-nf-call-iptables'] },
      { modules: ['br_netfilter', 'bridge'], persistent: ['br_netfilter'] },
    ],
    ['IPv6 itself', { sysctls: ['net.ipv6.conf.all.forwarding'] }, { modules: ['ipv6'] }],
    ['a module that is followed', { persistent: ['nf_conntrack'] }, { modules: ['nf_conntrack'] }],
  ])('asks also for %s', (_, asked, also) => {
    const merged = mergeRequests([ask(asked)]);
    for (const [part, words] of Object.entries(also)) {
      expect(merged[part as keyof FactsRequest]).toEqual(expect.arrayContaining([...words]));
    }
  });

  test.each([
    'net.ipv4.conf.eth0.rp_filter',
    'net.ipv4.conf.eth0/100.rp_filter',
    'net.ipv4.conf.[ab]*.rp_filter',
    'net.ipv6.neigh.veth?.gc_interval',
    'net.ipv4.vs.conntrack',
    'fs.inotify.max_user_watches',
  ])('takes %s for a key', (key) => {
    expect(mergeRequests([ask({ sysctls: [key] })]).sysctls).toContain(key);
  });

  test.each([
    ['', 'no text'],
    ['net', 'no separator'],
    ['net/ipv4/ip_forward', 'the other spelling'],
    ['netz.x', 'no tree of /proc/sys'],
    ['net..x', 'an empty part'],
    ['net.ipv4./.x', 'a part that leads upwards'],
    ['net.ipv4.//.x', 'a part that leads upwards twice'],
    ['net.ipv4.*', 'a pattern where no interface stands'],
    ['net.*.conf.all.forwarding', 'a pattern where no interface stands'],
    ['net.ipv4.conf.eth*.rp_*', 'a second pattern'],
    ['net.ipv4.conf.[ab.rp_filter', 'an open bracket'],
    ['net.ipv4.conf.{a,b.rp_filter', 'an open brace'],
    ['net.ipv4.conf.{}.rp_filter', 'no alternatives'],
    ['net.ipv4.conf.averyveryverylongname.rp_filter', 'no name of an interface'],
    ['net.ipv4.x y', 'a blank'],
    ['net.ipv4.$(id)', 'a command'],
    ["net.ipv4.';id;'", 'a quote'],
    ['net.ipv4.`id`', 'a backquote'],
    ['net.ipv4.x\nid', 'a line end'],
    ['net.ipv4.a\\b', 'a backslash'],
    [`net.${'x'.repeat(100)}`, 'a name that is too long'],
    ['kernel.shmmax', 'a sysctl of the IPC namespace'],
  ])('refuses %j: %s', (key) => {
    expect(() => mergeRequests([ask({ sysctls: [key] })])).toThrow(RangeError);
  });

  test.each<[string, Partial<FactsRequest>]>([
    ['a module with a dash', { modules: ['br-netfilter'] }],
    ['a module that is a command', { modules: ["x';id;'"] }],
    ['a followed module that is none', { persistent: ['.*'] }],
    ['an option without CONFIG_', { options: ['VXLAN'] }],
    ['an option that is a pattern', { options: ['CONFIG_.*'] }],
    ['another kind', { kinds: ["x'" as 'cni'] }],
    ['a relative path', { files: ['etc/x.conf'] }],
    ['a path that leads upwards', { files: ['/etc/../x.conf'] }],
    ['a path with a blank', { paths: ['/run/a b'] }],
    ['a path with a quote', { files: ["/etc/x'"] }],
    ['a path with a pattern in the middle', { files: ['/etc/*/x.conf'] }],
    ['words of a line with a pattern', { files: ['/etc/x.conf#a.*b'] }],
    ['no words behind the mark for them', { files: ['/etc/x.conf#'] }],
    ['a path with a pattern of which only its existence is asked', { paths: ['/run/*.pid'] }],
    ['more than fits into an answer', { modules: Array.from({ length: 129 }, (_, index) => `m${index}`) }],
  ])('refuses %s', (_, request) => {
    expect(() => mergeRequests([ask(request)])).toThrow(RangeError);
  });
});

describe('requestLines', () => {
  test('are assignments of words in single quotes', () => {
    const request = ask({
      sysctls: ['net.ipv4.conf.{a*,b/1}.x', 'net.bridge.x'],
      modules: ['nf_conntrack'],
      options: ['CONFIG_A', 'CONFIG_B'],
      kinds: ['cni'],
      files: ['/etc/x.d/*.conf', '/etc/x'],
      paths: ['/run/units/invocation:x@y.service'],
      owned: ['/etc/z', '/etc/y'],
    });
    expect(requestLines(request).trimEnd().split('\n')).toEqual([
      "keys='kernel/modules_disabled net/bridge/x net/ipv4/conf/all/x net/ipv4/conf/b.1/x net/ipv4/conf/default/x'",
      "patterns='net/ipv4/conf/a*/x'",
      "modules='br_netfilter bridge nf_conntrack'",
      "persistent='br_netfilter'",
      "options='CONFIG_A CONFIG_B CONFIG_MODULES'",
      "kinds='cni'",
      "files='/etc/x /etc/x.d/*.conf'",
      "paths='/run/units/invocation:x@y.service'",
      "owned='/etc/y /etc/z'",
    ]);
  });

  test('refuse what cannot be asked', () => {
    expect(() => requestLines(ask({ sysctls: ["net.x';id;'"] }))).toThrow(RangeError);
  });
});
