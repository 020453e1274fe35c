import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { textWidth } from '../../src/text/wrap.ts';
import { ended, netprereq, startNetprereq } from '../support/command.ts';
import { RULES } from '../support/rules.ts';

const OFFLINE = { KUBECONFIG: '/does/not/exist' };
const explain = (...args: string[]) => netprereq(['explain', ...args], OFFLINE);

const piped = (log: string) => {
  const child = startNetprereq(['explain', '-'], OFFLINE);
  child.stdin?.end(log);
  return ended(child);
};

describe('explain', () => {
  test('without a name lists all rules', async () => {
    const { code, stdout, stderr } = await explain();
    expect([code, stderr]).toEqual([0, '']);
    const listed = stdout.split('\n').flatMap((line) => /^([a-z0-9-]+) {2}/.exec(line)?.[1] ?? []);
    expect(listed).toEqual(RULES.map(({ id }) => id));
  });

  test.for([['br-netfilter'], ['br_netfilter'], ['BR_NETFILTER'], ['bridge-netfilter']])(
    '%s --full says everything about the rule',
    async ([name = '']) => {
      const { code, stdout } = await explain(name, '--full');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^br-netfilter: Bridge netfilter is active$/m);
      expect(stdout).toMatch(/Failed to check br_netfilter: stat\s/);
      expect(stdout).toContain("echo 'br_netfilter' >>/etc/modules-load.d/netprereq.conf\n");
      expect(stdout).toContain('https://github.com/flannel-io/flannel/issues/2166\n');
    },
  );

  test('is short by default and ends with what to type next', async () => {
    const { stdout } = await explain('br-netfilter');
    expect(stdout).toMatch(
      /^SYMPTOMS$[\s\S]*Failed to check br_netfilter[\s\S]*^WHY$[\s\S]*^HOW TO FIX IT$[\s\S]*modprobe br_netfilter$/m,
    );
    expect(stdout).not.toContain('SOURCES');
    expect(stdout.split('\n').length).toBeLessThan(45);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('    kubectl netprereq fix NODE');
  });

  const FLANNEL =
    'Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory';
  test.for([[[FLANNEL]], [FLANNEL.split(' ')]])('knows the error that flanneld dies with: %j', async ([words = []]) => {
    const { code, stdout, stderr } = await explain(...words);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.match(/^[a-z0-9-]+: .*$/gm)).toEqual(['br-netfilter: Bridge netfilter is active']);
  });

  test('- reads a log from standard input, and says which line it found', async () => {
    const log = `I1129 main.go:1] starting\nE1129 main.go:278] ${FLANNEL}\n`;
    const { code, stdout } = await piped(log);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^br-netfilter: /m);
    expect(stdout).toMatch(/Found in: E1129 main.go:278\] Failed/);
    const other = await piped('all is well\n');
    expect([other.code, other.stdout]).toEqual([0, '']);
    expect(other.stderr).toContain('no line of this log matches a rule');
  });

  test.for([[''], ['\n \n']])('- says that standard input was empty: %j', async ([log = '']) => {
    const { code, stdout, stderr } = await piped(log);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: standard input was empty\n[\s\S]*kubectl logs -n NAMESPACE POD --previous \| /);
  });

  test.for([
    ['I1130 08:00:00.000000 1 main.go:1] Loaded br_netfilter\n'],
    [
      'W1130 08:00:00.000000 1 main.go:540] no subnet found for key: FLANNEL_IPV6_NETWORK in file: /run/flannel/subnet.env\n',
    ],
  ])('- finds no fault in a healthy log, and guesses none: %j', async ([log = '']) => {
    const { code, stderr } = await piped(log);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: no line of this log matches a rule: .*\n {2}check all nodes: kubectl netprereq check$/m,
    );
  });

  const BASH = '-bash: /proc/sys/net/ipv4/ip_forward: No such file or directory';
  test.for([
    [[BASH]],
    [['--', BASH]],
    [['--lang', 'en', BASH]],
    [[BASH, '-o', 'table', '--full']],
    [['-sh: br_netfilter: not found']],
  ])('a message may begin with a dash: %j', async ([words = []]) => {
    const { code, stdout } = await explain(...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(?:ipv4-forwarding|br-netfilter): /m);
  });

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
    [['everything'], /unknown rule "everything"; kubectl netprereq explain lists all rules$/m],
    [['-o', 'wide'], /^error: invalid argument "wide" for "--output" flag: must be one of table, json, yaml$/m],
    [['br-netfilter', '-'], /"-" reads a log from standard input, and must be the only argument/],
    [['--all'], /^error: unknown flag: --all$/m],
    [['some', 'other', 'error'], /^error: no rule matches this text; kubectl netprereq explain lists all rules$/m],
    [['br-netfilter', 'conntrack-activ'], /did you mean conntrack-active\?/],
    [['policy-somaxconn'], /rules of a policy are explained in the policy file; kubectl netprereq explain lists/],
    [
      ['flannel'],
      /no rule matches this text: the log of its pod tells why\n {2}read the log: kubectl logs .*app=flannel/,
    ],
    [['open /run/flannel/subnet.env: no such file'], /flanneld has not run on this node/],
    [
      ['package.json'],
      /^error: package\.json is a file\n {2}to read a log: kubectl netprereq explain - <package\.json$/m,
    ],
    [['--', '-bash:'], /unknown flag: -bash:\n.*echo '…' \| kubectl netprereq explain -$/m],
    [['--lang', 'de'], /must be one of en, zh$/m],
  ])('%j is an error with exit code 2 and nothing on stdout', async ([args, wanted]) => {
    const { code, stdout, stderr } = await explain(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(wanted);
  });

  const inLanguage = (env: Record<string, string>, ...args: string[]) =>
    netprereq(['explain', ...args], { ...OFFLINE, LC_ALL: 'C.UTF-8', ...env });

  test.for<[env: Record<string, string>, args: string[], title: string]>([
    [{}, ['--lang', 'zh'], 'br-netfilter：网桥 netfilter 已启用'],
    [{}, ['--lang', 'zh_CN.UTF-8'], 'br-netfilter：网桥 netfilter 已启用'],
    [{}, ['--lang=zh-Hant'], 'br-netfilter：网桥 netfilter 已启用'],
    [{ LC_ALL: 'zh_CN.UTF-8' }, [], 'br-netfilter：网桥 netfilter 已启用'],
    [{ LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' }, ['--full'], 'br-netfilter：网桥 netfilter 已启用'],
    [{ LC_ALL: 'zh_CN.UTF-8' }, ['--lang', 'en'], 'br-netfilter: Bridge netfilter is active'],
  ])('with %j, %j speaks the language that was asked for', async ([env, args, title]) => {
    const { code, stdout } = await inLanguage(env, 'br-netfilter', ...args);
    expect([code, stdout.split('\n')[0]]).toEqual([0, title]);
    expect(stdout).toContain('\n        modprobe br_netfilter\n');
    expect(stdout.includes('现象')).toBe(!title.includes('Bridge'));
  });

  test('lists the rules in Chinese within 80 columns', async () => {
    const { stdout } = await inLanguage({}, '--lang', 'zh');
    expect(stdout).toMatch(/^br-netfilter {2}.*网桥 netfilter/m);
    expect(stdout.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
  });

  test('-o json is in English in every language', async () => {
    const [english, chinese] = await Promise.all([
      explain('-o', 'json'),
      inLanguage({ LC_ALL: 'zh_CN.UTF-8' }, '-o', 'json'),
    ]);
    expect(chinese.stdout).toBe(english.stdout);
  });
});
