import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { NotAsked, readModule, readPattern, readSysctl } from '../../src/facts/read.ts';
import { type FactsRequest, mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';

/** An answer to a request for the switches of bridges, forwarding and connection tracking. */
const ANSWER = readFileSync(new URL('../fixtures/probe/debian-12.txt', import.meta.url), 'utf8');
const PATTERN = 'net.ipv4.conf.lxc*.rp_filter';
const more: FactsRequest = mergeRequests([
  { ...NOTHING_ASKED, sysctls: ['net.ipv4.ip_forward', 'fs.inotify.max_user_instances', PATTERN], modules: ['vxlan'] },
]);

test('what an answer lacks of the request was asked and not read, and is neither absent nor not asked', () => {
  const withoutModules = ANSWER.replaceAll(/^(?:n (?:modules|sysfs)|k ).*\n/gm, '');
  const facts = parseFacts(withoutModules, more);
  expect(readSysctl(facts, 'fs.inotify.max_user_instances')).toMatchObject({ is: 'unreadable' });
  expect(readPattern(facts, PATTERN)).toMatchObject({ is: 'unreadable' });
  expect(readModule(facts, 'vxlan')).toEqual({});
});

test('what an answer has of the request is read', () => {
  expect(readSysctl(parseFacts(ANSWER, more), 'net.ipv4.ip_forward')).toMatchObject({ is: 'value' });
});

test('what was not asked for is not asked, whatever the answer has', () => {
  const facts = parseFacts('np 1\nn v fs/file-max =1\nn end\n', more);
  expect(() => readSysctl(facts, 'fs.file-max')).toThrow(NotAsked);
  expect(() => readModule(facts, 'geneve')).toThrow(NotAsked);
});
