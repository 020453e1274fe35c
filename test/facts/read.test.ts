import { describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { readModule, readOption, readPattern, readSysctl, wasAsked } from '../../src/facts/read.ts';
import { type FactsRequest, NOTHING_ASKED } from '../../src/facts/request.ts';

const MISSING = { is: 'unreadable', why: "the node's answer does not have it" };
const ECHO = [
  'q v net/core/somaxconn net/ipv4/ip_forward vm/swappiness',
  'q g net/ipv4/conf/cali*/rp_filter net/ipv4/conf/lxc*/rp_filter',
  'q m nf_conntrack vxlan',
  'q b nf_conntrack',
  'q o CONFIG_BPF CONFIG_VXLAN',
  'q k cni',
  'q end',
];

/** The facts of an answer that has these records besides the echo of what was asked. */
const answer = (...records: string[]): NodeFacts => parseFacts(['np 1', ...ECHO, ...records, 'n end', ''].join('\n'));

describe('what was asked', () => {
  test('stands in the facts', () => {
    expect(answer().asked).toEqual({
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
    });
  });

  test('is what no request can hold neither by its words nor by their number', () => {
    const many = Array.from({ length: 400 }, (_, index) => `net/a${index}/x`).join(' ');
    const { asked } = parseFacts(
      [
        'np 1',
        `q v ${many} ../x net/../x '; $(id)`,
        'q g *',
        'q m a b- c',
        'q b',
        'q o X',
        'q k cni x',
        'q end',
        'n end',
      ].join('\n'),
    );
    expect(asked?.sysctls).toHaveLength(256);
    expect(asked).toMatchObject({ modules: ['a', 'c'], options: [], kinds: ['cni'] });
  });

  test.each(ECHO.map((line) => [line]))(
    'is not known from an echo without %s, and then it is what the caller asked',
    (line) => {
      const request: FactsRequest = { ...NOTHING_ASKED, sysctls: ['vm.swappiness'] };
      const text = ['np 1', ...ECHO.filter((each) => each !== line), 'n v net/core/somaxconn =1', 'n end', ''].join(
        '\n',
      );
      expect(parseFacts(text).asked).toBeUndefined();
      const facts = parseFacts(text, request);
      expect(facts.asked).toEqual(request);
      expect(facts.sysctls).toEqual({});
      expect(readSysctl(facts, 'vm.swappiness')).toEqual(MISSING);
      expect(readSysctl(facts, 'net.core.somaxconn')).toEqual({ is: 'not-asked' });
    },
  );
});

describe('readSysctl', () => {
  const facts = answer('n v net/core/somaxconn =4096', 'n v net/ipv4/ip_forward -', 'n v kernel/panic =1', 'n v x');
  test.each([
    ['a value', 'net.core.somaxconn', { is: 'value', value: '4096' }],
    ['that it is absent', 'net.ipv4.ip_forward', { is: 'absent' }],
    ['that the answer lacks it', 'vm.swappiness', MISSING],
    ['that nobody asked, although the answer has it', 'kernel.panic', { is: 'not-asked' }],
    ['that nobody asked', 'constructor', { is: 'not-asked' }],
  ])('tells %s', (_, key, reading) => {
    expect(readSysctl(facts, key)).toEqual(reading);
  });

  test('takes what is in facts of unknown origin for asked', () => {
    const { asked: _, ...made } = facts;
    expect(readSysctl(made, 'net.core.somaxconn')).toEqual({ is: 'value', value: '4096' });
    expect(readSysctl(made, 'vm.swappiness')).toEqual({ is: 'not-asked' });
  });
});

describe('readModule, readOption and wasAsked', () => {
  const facts = answer(
    'n modules vxlan dummy',
    'k config CONFIG_VXLAN=m CONFIG_DUMMY=y',
    'k needs a/xt_x.ko: nf_conntrack',
  );
  test('tell what is known from what was not answered and from what was not asked', () => {
    expect(readModule(facts, 'vxlan')).toEqual({ loaded: true });
    expect(readModule(facts, 'nf_conntrack')).toEqual({ loaded: false });
    expect(readModule(facts, 'xt_x')).toEqual({ file: 'a/xt_x.ko', dependencies: ['nf_conntrack'] });
    expect(readModule(facts, 'dummy')).toBe('not-asked');
    expect(readModule(answer(), 'vxlan')).toEqual({});
    expect(readOption(facts, 'CONFIG_VXLAN')).toBe('m');
    expect(readOption(facts, 'CONFIG_BPF')).toBe('unknown');
    expect(readOption(facts, 'CONFIG_DUMMY')).toBe('not-asked');
    expect([wasAsked(facts, 'cni'), wasAsked(facts, 'bridges')]).toEqual([true, false]);
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

  test('tells that nobody asked', () => {
    expect(readPattern(answer(), 'net.ipv4.conf.veth*.rp_filter')).toEqual({ is: 'not-asked' });
    expect(readPattern(answer(), 'net.ipv4.conf.{cali*,veth*}.rp_filter')).not.toMatchObject({ is: 'values' });
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
