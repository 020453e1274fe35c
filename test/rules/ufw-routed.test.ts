import type { ConfigFile } from '../../src/facts/facts.ts';
import { ufwRouted } from '../../src/rules/ufw-routed.ts';
import { file } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const on = file('/etc/ufw/ufw.conf', 'ENABLED=yes');
const routed = (policy: string) => file('/etc/default/ufw', `DEFAULT_FORWARD_POLICY=${policy}`);
const own = (...lines: string[]) => file('/etc/ufw/user.rules', ':ufw-user-forward - [0:0]', ...lines);
const node = (...files: ConfigFile[]): RuleCase['node'] => ({ files });
const kindnet = { cni: 'kindnet' } as const;
const denied = { verdict: 'warn', severity: 'recommended', now: { verdict: 'fail' } } as const;
const shown = { verdict: 'pass', severity: 'info', now: { verdict: 'fail' } } as const;
const fine = { verdict: 'pass', now: { verdict: 'pass' } } as const;

ruleTester(ufwRouted, [
  {
    name: 'warns with its defaults where the CNI puts no rule into FORWARD',
    node: node(on, routed('"DROP"'), own()),
    profile: kindnet,
    expected: {
      ...denied,
      now: { actual: 'DROP', source: { file: '/etc/default/ufw', line: 1 } },
      remedy: ['ufw default allow routed'],
    },
  },
  { name: 'warns where no line says the policy', node: node(on), profile: kindnet, expected: denied },
  {
    name: 'warns with REJECT and flannel, whose rule comes later',
    node: node(on, routed("'REJECT'")),
    expected: denied,
  },
  {
    name: 'only shows DROP with flannel, which accepts before the policy',
    node: node(on, routed('"DROP"')),
    expected: shown,
  },
  ...(['calico', 'kube-router', 'cilium'] as const).map((cni) => ({
    name: `only shows it with ${cni}`,
    node: node(on, routed('"REJECT"')),
    profile: { cni },
    expected: shown,
  })),
  { name: 'only shows it with a CNI that is not known', node: node(on), profile: { cni: undefined }, expected: shown },
  {
    name: 'only shows it where rules for routed packets accept some',
    node: node(on, own('-A ufw-user-forward -i cni0 -j ACCEPT')),
    profile: kindnet,
    expected: shown,
  },
  {
    name: 'is not misled by rules for routed packets that deny',
    node: node(on, own('-A ufw-user-forward -i eth1 -j DROP')),
    profile: kindnet,
    expected: denied,
  },
  {
    name: 'passes where routed packets are allowed',
    node: node(on, routed('"ACCEPT"')),
    profile: kindnet,
    expected: fine,
  },
  {
    name: 'passes where it is installed and not enabled, as Ubuntu comes',
    misleads: 'grep /etc/default/ufw',
    node: node(file('/etc/ufw/ufw.conf', 'ENABLED=no'), routed('"DROP"')),
    profile: kindnet,
    expected: { ...fine, message: 'ufw is not enabled' },
  },
  { name: 'passes where it is not installed', node: node(), profile: kindnet, expected: fine },
  { name: 'is unknown where nothing was read', node: {}, profile: kindnet, expected: { now: { verdict: 'unknown' } } },
]);
