import { expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { findResets } from '../../src/plan/resets.ts';
import { absent, FORWARD4, file, flannel, unreadable, value } from '../rules/facts.ts';
import { sound } from './nodes.ts';

const ACCEPT = 'net.ipv6.conf.eth0.accept_ra';
const plan: Plan = {
  node: 'node-1',
  bootId: 'x',
  steps: [
    { do: 'keep-sysctl', key: FORWARD4, before: 'absent', after: '1', why: 'x' },
    { do: 'set-sysctl', key: ACCEPT, before: '1', after: '2', why: 'x' },
    { do: 'set-sysctl', key: FORWARD4, before: '0', after: '1', why: 'x' },
  ],
  manual: [],
};
const kept = { [ACCEPT]: value('2'), [FORWARD4]: value('1') };

test.for<[string, NodeFacts, { rule: string; message: RegExp }[]]>([
  ['nothing when the values are as they were set', sound({ sysctls: kept }), []],
  ['nothing of what was not read', sound({ sysctls: { [ACCEPT]: absent, [FORWARD4]: unreadable } }), []],
  [
    'a value that is back, and who is known to do that',
    sound({ sysctls: { ...kept, [FORWARD4]: value('0') } }),
    [
      {
        rule: 'ipv4-forwarding',
        message: /^net\.ipv4\.ip_forward is 0 again, .* set to 1: systemd-networkd, NetworkManager/,
      },
    ],
  ],
  [
    'the line of a file that has it so',
    sound({
      sysctls: { ...kept, [FORWARD4]: value('0') },
      boot: { sysctl: [file('/etc/sysctl.conf', `${FORWARD4}=0`), file('/etc/sysctl.d/z.conf', `${FORWARD4}=0`)] },
    }),
    [{ rule: 'ipv4-forwarding', message: /: \/etc\/sysctl\.d\/z\.conf:1 sets 0; / }],
  ],
  [
    'wicked, where that manages the network',
    sound({ os: { id: 'sles' }, sysctls: { ...kept, [ACCEPT]: value('1') } }),
    [{ rule: 'ipv6-forwarding', message: /accept_ra is 1 again, .* wicked applies/ }],
  ],
])('finds %s', ([, facts, resets]) => {
  expect(findResets(plan, facts, flannel)).toEqual(
    resets.map(({ rule, message }) => ({
      rule,
      message: expect.stringMatching(message),
      remedy: [expect.any(String)],
    })),
  );
});
