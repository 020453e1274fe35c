import { describe, expect, test } from 'vitest';
import { readPattern, readSysctl } from '../../src/facts/read.ts';
import { mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { onKernel } from './made-up-kernel.ts';
import type { Entry } from './node-tree.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';
const PATTERN = 'net.ipv4.conf.{lxc*,cilium_*}.rp_filter';
const REQUEST = mergeRequests([
  { ...NOTHING_ASKED, sysctls: [PATTERN, 'net.ipv6.conf.*.accept_ra', 'net.ipv4.conf.*.rp_filter'] },
]);

const conf = (name: string, value: Entry) => ({ [`/proc/sys/net/ipv4/conf/${name}/rp_filter`]: value });
const many = (count: number, value: (index: number) => string) =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => conf(`lxc${1000 + index}`, value(index))));

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `sysctls of interfaces under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);
    const read = (entries: Readonly<Record<string, Entry>>, pattern = PATTERN) =>
      readPattern(onKernel(shell, entries, REQUEST), pattern);

    check('are grouped by their value, with the names of those that have it', () => {
      const facts = onKernel(
        shell,
        {
          ...conf('all', '2\n'),
          ...conf('default', '2\n'),
          ...conf('eth0.100', '0\n'),
          ...conf('lxc1', '1\n'),
          ...conf('lxc2', '0\n'),
          ...conf('cilium_net', '1\n'),
          ...conf('lxc3', { directory: true }),
        },
        REQUEST,
      );
      expect(readPattern(facts, PATTERN)).toEqual({
        is: 'values',
        count: 4,
        values: [
          { value: '1', count: 2, interfaces: ['lxc1', 'cilium_net'] },
          { value: '0', count: 1, interfaces: ['lxc2'] },
        ],
        rest: 0,
        unreadable: 1,
      });
      // What is not the name of an interface is read by its own key.
      expect(readPattern(facts, 'net.ipv4.conf.*.rp_filter')).toMatchObject({ count: 5 });
      expect(readSysctl(facts, 'net.ipv4.conf.default.rp_filter')).toEqual({ is: 'value', value: '2' });
    });

    check('are none where no interface matches, which is not the same as unread', () => {
      expect(read(conf('eth0', '1\n'))).toEqual({ is: 'values', count: 0, values: [], rest: 0, unreadable: 0 });
      expect(read({ '/proc/sys/net/x': '' }, 'net.ipv6.conf.*.accept_ra')).toMatchObject({ is: 'values', count: 0 });
      expect(read({})).toEqual({ is: 'unreadable' });
    });

    check('have any text for a value, and any name', () => {
      const names = ['lxc$(id)', "lxc'", 'lxc*', 'lxc%41', 'lxc=ä', '-n'];
      const entries = Object.assign({}, ...names.map((name) => conf(name, 'a  b\tc: =\nd\n')), conf('lxc9', '\n'));
      const reading = read(entries, 'net.ipv4.conf.*.rp_filter');
      if (reading.is !== 'values') throw new Error(reading.is);
      expect(reading).toMatchObject({ count: 7, rest: 0, unreadable: 0 });
      const [text, empty] = [...reading.values].sort((one, other) => other.count - one.count);
      expect(text).toMatchObject({ value: 'a  b\tc: =', count: 6 });
      expect([...(text?.interfaces ?? [])].sort()).toEqual([...names].sort());
      expect(empty).toEqual({ value: '', count: 1, interfaces: ['lxc9'] });
    });

    check('of 2000 interfaces are told in few words', () => {
      const entries = many(2000, (index) => (index % 100 === 7 ? '1\n' : '0\n'));
      const reading = read(entries);
      expect(reading).toMatchObject({
        count: 2000,
        rest: 0,
        values: [
          { value: '0', count: 1980, interfaces: { length: 16 } },
          { value: '1', count: 20, interfaces: { length: 16 } },
        ],
      });
    });

    check('of many values are told in part, which is said', () => {
      const reading = read(many(50, (index) => `${index % 25}\n`));
      expect(reading).toMatchObject({ count: 50, rest: 34, values: { length: 8 } });
    });
  },
);
