import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { netprereq } from '../support/command.ts';
import { RULES } from '../support/rules.ts';

const OFFLINE = { KUBECONFIG: '/does/not/exist' };
const explain = (...args: string[]) => netprereq(['explain', ...args], OFFLINE);

describe('explain', () => {
  test('without a name lists all rules', async () => {
    const { code, stdout, stderr } = await explain();
    expect([code, stderr]).toEqual([0, '']);
    const listed = stdout.split('\n').flatMap((line) => /^([a-z0-9-]+) {2}/.exec(line)?.[1] ?? []);
    expect(listed).toEqual(RULES.map(({ id }) => id));
  });

  test.for([['br-netfilter'], ['br_netfilter'], ['BR_NETFILTER'], ['bridge-netfilter']])(
    '%s tells what people see, and what mends it',
    async ([name = '']) => {
      const { code, stdout } = await explain(name);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^br-netfilter: Bridge netfilter is active$/m);
      expect(stdout).toMatch(/Failed to check br_netfilter: stat\s/);
      expect(stdout).toContain("echo 'br_netfilter' >>/etc/modules-load.d/netprereq.conf\n");
      expect(stdout).toContain('https://github.com/flannel-io/flannel/issues/2166\n');
    },
  );

  test('explains several rules, each once and in display order', async () => {
    const { stdout } = await explain('conntrack-active', 'net/ipv4/ip_forward', 'ipv4-forwarding');
    expect(stdout.match(/^[a-z0-9-]+: .*$/gm)).toEqual([
      'ipv4-forwarding: The node forwards IPv4 packets',
      'conntrack-active: Connection tracking is active',
    ]);
  });

  test('-o json and -o yaml are one document', async () => {
    const [json, yaml, one] = await Promise.all([
      explain('-o', 'json'),
      explain('-o', 'yaml'),
      explain('-o', 'json', 'nf_conntrack'),
    ]);
    const document = JSON.parse(json.stdout);
    expect(document).toMatchObject({ apiVersion: 'netprereq/v1alpha1', kind: 'RuleExplanations' });
    expect(document.rules.map(({ id }: { id: string }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(parse(yaml.stdout)).toEqual(document);
    expect(JSON.parse(one.stdout).rules).toEqual([document.rules.at(-1)]);
  });

  test.for<[string[], RegExp]>([
    [
      ['br-netfiltr'],
      /^error: unknown rule "br-netfiltr"; did you mean br-netfilter\?\nSee 'kubectl netprereq explain -h'/,
    ],
    [['net.ipv4.ip_forwad'], /did you mean net\.ipv4\.ip_forward\?/],
    [['everything'], /unknown rule "everything"; the rules are br-netfilter, /],
    [['-o', 'wide'], /^error: invalid argument "wide" for "--output" flag: must be one of table, json, yaml$/m],
    [['--all'], /^error: unknown flag: --all$/m],
  ])('%j is an error with exit code 2 and nothing on stdout', async ([args, wanted]) => {
    const { code, stdout, stderr } = await explain(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(wanted);
  });
});
