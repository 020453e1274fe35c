import { describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import {
  demandAsked,
  NotAsked,
  pathExists,
  readFiles,
  readModule,
  readPattern,
  readSysctl,
} from '../../src/facts/read.ts';
import { type FactsRequest, NOTHING_ASKED } from '../../src/facts/request.ts';

const MISSING = { is: 'unreadable', why: "the node's answer does not have it" };
const REQUEST: FactsRequest = {
  ...NOTHING_ASKED,
  sysctls: [
    'net.core.somaxconn',
    'net.ipv4.conf.cali*.rp_filter',
    'net.ipv4.conf.lxc*.rp_filter',
    'net.ipv4.ip_forward',
    'vm.swappiness',
  ],
  modules: ['nf_conntrack', 'vxlan'],
  persistent: ['nf_conntrack'],
  options: ['CONFIG_BPF', 'CONFIG_VXLAN'],
  kinds: ['cni'],
  files: ['/etc/x.conf', '/etc/x.d/*.conf'],
  paths: ['/run/x', '/run/y', '/run/z'],
};

/** The facts of an answer that has these records. */
const answer = (...records: string[]): NodeFacts => parseFacts(['np 1', ...records, 'n end', ''].join('\n'), REQUEST);

test('what was asked stands in the facts, and what the boot of it depends on', () => {
  const { asked } = answer();
  expect(asked).toMatchObject({ options: ['CONFIG_BPF', 'CONFIG_MODULES', 'CONFIG_VXLAN'], kinds: ['cni'] });
  expect(asked?.sysctls).toEqual(expect.arrayContaining([...REQUEST.sysctls]));
});

describe('readSysctl', () => {
  const facts = answer('n v net/core/somaxconn =4096', 'n v net/ipv4/ip_forward -', 'n v kernel/panic =1', 'n v x');
  test.each([
    ['a value', 'net.core.somaxconn', { is: 'value', value: '4096' }],
    ['that it is absent', 'net.ipv4.ip_forward', { is: 'absent' }],
    ['that the answer lacks it', 'vm.swappiness', MISSING],
  ])('tells %s', (_, key, reading) => {
    expect(readSysctl(facts, key)).toEqual(reading);
  });

  test.each([
    ['although the answer has it', 'kernel.panic'],
    ['whatever its name', 'constructor'],
  ])('throws where nobody asked, %s', (_, key) => {
    expect(() => readSysctl(facts, key)).toThrow(NotAsked);
  });

  test('takes what is in facts of unknown origin for asked', () => {
    const { asked: _, ...made } = facts;
    expect(readSysctl(made, 'net.core.somaxconn')).toEqual({ is: 'value', value: '4096' });
    expect(() => readSysctl(made, 'vm.swappiness')).toThrow(NotAsked);
  });
});

describe('readFiles', () => {
  const names = (facts: NodeFacts, path: string) => {
    const found = readFiles(facts, path);
    return typeof found === 'string' ? found : found.map(({ path, kind }) => `${path} ${kind}`);
  };
  const facts = answer('f + /etc/x.conf', 'f 3 A=1', 'f ! /etc/x.d', 'f 0 /etc/x.d/b.conf /dev/null', 'f end');

  test('tells the file, all of a directory, and a directory that could not be listed', () => {
    expect(readFiles(facts, '/etc/x.conf')).toEqual([
      { path: '/etc/x.conf', kind: 'file', lines: [{ number: 3, text: 'A=1' }] },
    ]);
    expect(names(facts, '/etc/x.d/*.conf')).toEqual(['/etc/x.d unreadable', '/etc/x.d/b.conf mask']);
  });

  test('tells that there is none from what was not answered and from what was not asked', () => {
    expect(names(answer('f end'), '/etc/x.conf')).toEqual([]);
    expect(names(answer('f + /etc/x.conf'), '/etc/x.conf')).toBe('unread');
    expect(() => names(facts, '/etc/y.conf')).toThrow(NotAsked);
  });

  test('takes no file of another directory or suffix for one of these', () => {
    const other = answer('f + /etc/x.d/a.conf.bak', 'f + /etc/x.d/deep/a.conf', 'f + /etc/x.dd/a.conf', 'f end');
    expect(names(other, '/etc/x.d/*.conf')).toEqual([]);
  });
});

test('pathExists tells what is there from what is not, what cannot be told and what was not asked', () => {
  const facts = answer('n e /run/x', 'n e? /run/z');
  expect(['/run/x', '/run/y', '/run/z'].map((path) => pathExists(facts, path))).toEqual([true, false, 'unread']);
  expect(() => pathExists(facts, '/run/other')).toThrow(NotAsked);
  expect(pathExists(answer('n e /run/x'), '/run/x')).toBe('unread');
});

describe('readModule and demandAsked', () => {
  const facts = answer(
    'n modules vxlan dummy',
    'k config CONFIG_VXLAN=m CONFIG_DUMMY=y',
    'k needs a/xt_x.ko: nf_conntrack',
  );
  test('tell what is known from what was not answered and from what was not asked', () => {
    expect(readModule(facts, 'vxlan')).toEqual({ loaded: true });
    expect(readModule(facts, 'nf_conntrack')).toEqual({ loaded: false });
    expect(readModule(facts, 'xt_x')).toEqual({ file: 'a/xt_x.ko', dependencies: ['nf_conntrack'] });
    expect(() => readModule(facts, 'dummy')).toThrow(NotAsked);
    expect(readModule(answer(), 'vxlan')).toEqual({});
    expect(facts.kernel.config).toEqual({ CONFIG_VXLAN: 'm' });
    expect(() => demandAsked(facts, 'cni')).not.toThrow();
    expect(() => demandAsked(facts, 'cni', 'bridges')).toThrow(NotAsked);
  });

  test('ignore kinds that were not asked for', () => {
    const { bridges, advertisedRoutes, cni } = answer(
      'b br0 1 1 0',
      'b end',
      'n ra net/ipv6/conf/eth0/accept_ra',
      'c end',
    );
    expect({ bridges, advertisedRoutes, cni }).toEqual({ bridges: undefined, advertisedRoutes: undefined, cni: null });
  });
});

describe('readPattern', () => {
  const CALI = 'net.ipv4.conf.cali*.rp_filter';
  const path = 'net/ipv4/conf/cali*/rp_filter';
  const values = (count: number, of: object[], more: object = {}) => ({
    is: 'values',
    count,
    values: of,
    rest: 0,
    unreadable: 0,
    ...more,
  });

  test.each<[string, string[], object]>([
    ['that no interface matches', [`n g ${path} 0 0`], values(0, [])],
    ['that the interfaces cannot be listed', [`n g ${path} !`], { is: 'unreadable' }],
    [
      'values, how many have them and who',
      [`n g ${path} 4 1`, `n gv ${path} 1 2 cali1 %24%28%78%29`, `n gv ${path} % 1 cali3`],
      values(
        4,
        [
          { value: '1', count: 2, interfaces: ['cali1', '$(x)'] },
          { value: '', count: 1, interfaces: ['cali3'] },
        ],
        { unreadable: 1 },
      ),
    ],
    [
      'that there are more values than those that it has',
      [`n g ${path} 20 0`, ...Array.from({ length: 9 }, (_, value) => `n gv ${path} ${value} 2 cali${value}`)],
      { is: 'values', count: 20, rest: 4, values: { length: 8 } },
    ],
    ['nothing', [], MISSING],
    ['values that are missing', [`n g ${path} 3 0`, `n gv ${path} 1 2 a b`], MISSING],
    ['more values than interfaces', [`n g ${path} 1 0`, `n gv ${path} 1 2 a b`], MISSING],
    ['a garbled count', [`n g ${path} x 0`, `n gv ${path} 1 y a`], MISSING],
    ['values of another pattern', ['n g net/ipv4/conf/veth*/rp_filter 0 0'], MISSING],
  ])('tells %s', (_, records, reading) => {
    expect(readPattern(answer(...records), CALI)).toMatchObject(reading);
  });

  test('throws where nobody asked, also of a part only', () => {
    expect(() => readPattern(answer(), 'net.ipv4.conf.veth*.rp_filter')).toThrow(NotAsked);
    expect(() => readPattern(answer(), 'net.ipv4.conf.{cali*,veth*}.rp_filter')).toThrow(NotAsked);
  });

  test('puts alternatives together', () => {
    const other = 'net/ipv4/conf/lxc*/rp_filter';
    const facts = answer(
      `n g ${path} 2 0`,
      `n gv ${path} 1 2 cali1 cali2`,
      `n g ${other} 3 1`,
      `n gv ${other} 1 1 lxc1`,
      `n gv ${other} 0 1 lxc2`,
    );
    expect(readPattern(facts, 'net.ipv4.conf.{cali*,lxc*}.rp_filter')).toEqual(
      values(
        5,
        [
          { value: '1', count: 3, interfaces: ['cali1', 'cali2', 'lxc1'] },
          { value: '0', count: 1, interfaces: ['lxc2'] },
        ],
        { unreadable: 1 },
      ),
    );
  });
});
