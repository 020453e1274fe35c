import { release } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster, healthyNode } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import type { FileMap } from '../support/namespaces/root-directory.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;

afterEach(async () => {
  await standIn?.stop();
  standIn = undefined;
});

/** The kernel that will boot: this machine's own may have everything built in, and then no file decides anything of modules. */
const NEWER = `999.${release()}`;
const MODULAR_KERNEL: FileMap = {
  [`/boot/vmlinuz-${NEWER}`]: '',
  [`/lib/modules/${NEWER}/modules.builtin`]: 'kernel/net/ipv6/ipv6.ko\n',
  [`/lib/modules/${NEWER}/modules.dep`]:
    'a/llc.ko:\na/bridge.ko: a/llc.ko\na/br_netfilter.ko: a/bridge.ko a/llc.ko\na/nf_conntrack.ko:\n',
};

/** A healthy node, and one with these files besides. */
function nodesWith(files: FileMap) {
  const hostile = healthyNode('hostile');
  const userNamespace = Object.values(files).some((file) => typeof file !== 'string' && 'secret' in file);
  const all = { ...hostile.namespaces?.files, ...MODULAR_KERNEL, ...files };
  const namespaces = { ...hostile.namespaces, files: all, ...(userNamespace && { userNamespace }) };
  return [healthyNode('healthy'), { ...hostile, namespaces }];
}

async function check(files: FileMap, format: string) {
  standIn = await startStandIn({ ...flannelCluster(), nodes: nodesWith(files) });
  const { code, stdout, stderr } = await netprereq(['check', '-o', format], { KUBECONFIG: standIn.kubeconfig });
  return { code, stdout, stderr };
}

/** What a node's findings say of now and of the boot, as `rule: now boot`, and why where one is not a pass. */
async function judged(files: FileMap) {
  const { code, stdout, stderr } = await check(files, 'json');
  if (stdout === '') throw new Error(stderr);
  const report = JSON.parse(stdout) as CheckReport;
  const [healthy, hostile] = ['healthy', 'hostile'].map((name) => report.nodes.find((node) => node.name === name));
  const findings = hostile?.findings.filter(({ verdict }) => verdict !== 'skip') ?? [];
  return {
    code,
    healthy: healthy?.verdict,
    states: findings.map(({ rule, now, boot }) => `${rule}: ${now.verdict} ${boot?.verdict}`),
    reasons: [...new Set(findings.flatMap(({ why, boot }) => (boot?.verdict === 'pass' ? [] : [why])))],
    forwarding: findings.find(({ rule }) => rule === 'ipv4-forwarding')?.boot,
  };
}

const JUDGED = [
  'br-netfilter: pass pass',
  'bridge-nf-call-iptables: pass pass',
  'ipv4-forwarding: pass pass',
  'conntrack-active: pass pass',
];
/** What may forbid to load modules afterwards is a sysctl, too; br_netfilter is listed, and comes before. */
const UNKNOWN: Readonly<Record<string, string[]>> = {
  'sysctl.d': [
    'br-netfilter: pass pass',
    'bridge-nf-call-iptables: pass unknown',
    'ipv4-forwarding: pass unknown',
    'conntrack-active: pass unknown',
  ],
  'modprobe.d': [
    'br-netfilter: pass unknown',
    'bridge-nf-call-iptables: pass pass',
    'ipv4-forwarding: pass pass',
    'conntrack-active: pass unknown',
  ],
  'modules-load.d': [
    'br-netfilter: pass unknown',
    'bridge-nf-call-iptables: pass pass',
    'ipv4-forwarding: pass pass',
    'conntrack-active: pass pass',
  ],
};
const HOSTILE_LINE: Readonly<Record<string, string>> = {
  'sysctl.d': 'net.ipv4.ip_forward = 0',
  'modprobe.d': 'install br_netfilter /bin/false',
  'modules-load.d': 'overlay',
};
const isRoot = process.getuid?.() === 0;
const KINDS = Object.keys(UNKNOWN);
const many = (kind: string): FileMap =>
  Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`/etc/${kind}/${1000 + i}.conf`, `${HOSTILE_LINE[kind]}\n`]),
  );
const tenMegabytes = (kind: string) => `${'# nothing\n'.repeat(1024 * 1024)}${HOSTILE_LINE[kind]}\n`;
const NASTY = ["it's", '"quoted"', '$(reboot)', '`reboot`', 'a b', '*', 'line\nbreak', '\u001b[31mred', '%s%n', '-rf'];

const available = await (async () => {
  const trial = await startStandIn({ nodes: [healthyNode('node-1')] });
  await trial.stop();
  return trial.nodes[0]?.reason;
})();

describe.skipIf(available)(`check of a node with hostile files${available ? ` (skipped: ${available})` : ''}`, () => {
  describe.each(KINDS)('of %s', (kind) => {
    test.each([
      [
        '5,000 files',
        many(kind),
        `answer was truncated: ${kind === 'sysctl.d' ? 'sysctl' : kind === 'modprobe.d' ? 'modprobe' : 'modulesLoad'}`,
      ],
      ['a file of 10 MB', { [`/etc/${kind}/k8s.conf`]: tenMegabytes(kind) }, 'k8s.conf'],
    ])('%s: what they could decide is unknown, with the reason', async (_title, files, reason) => {
      const found = await judged(files);
      expect(found).toMatchObject({ code: 0, healthy: 'pass', states: UNKNOWN[kind] });
      expect(found.reasons.join()).toContain(reason);
    });

    test.skipIf(!isRoot)(
      `an unreadable file: what it could decide is unknown${isRoot ? '' : ' (skipped: needs root)'}`,
      async () => {
        const found = await judged({ [`/etc/${kind}/k8s.conf`]: { secret: `${HOSTILE_LINE[kind]}\n` } });
        expect(found).toMatchObject({ code: 0, healthy: 'pass', states: UNKNOWN[kind] });
      },
    );

    test('a directory named like a file decides nothing', async () => {
      const files = { [`/etc/${kind}/z.conf/inside.conf`]: `${HOSTILE_LINE[kind]}\n` };
      expect(await judged(files)).toMatchObject({ code: 0, healthy: 'pass', states: JUDGED });
    });
  });

  test('links that loop or lead nowhere, and directories named like files, decide nothing', async () => {
    const files = {
      '/etc/sysctl.d/1.conf': { link: '2.conf' },
      '/etc/sysctl.d/2.conf': { link: '/etc/sysctl.d/1.conf' },
      '/etc/sysctl.d/3.conf': { link: '../../../../../../nowhere' },
      '/etc/sysctl.d/4.conf/inside': 'net.ipv4.ip_forward = 0\n',
      '/etc/modprobe.d/5.conf/inside': 'install br_netfilter /bin/false\n',
      '/etc/modules-load.d/6.conf': { link: '6.conf' },
      '/usr/lib/sysctl.d/4.conf': 'net.ipv4.ip_forward = 0\n',
    };
    expect(await judged(files)).toMatchObject({ code: 0, healthy: 'pass', states: JUDGED });
  });

  test.each(NASTY)('a file named %j is read, and named as the one that decides', async (name) => {
    const path = `/etc/sysctl.d/z${name}.conf`;
    const found = await judged({ [path]: 'net.ipv4.ip_forward = 0\n' });
    expect(found.forwarding).toMatchObject({ verdict: 'fail', actual: '0', source: { file: path, line: 1 } });
  });

  test('the table shows names and values of a node without their control characters', async () => {
    const files = { '/etc/sysctl.d/z\u001b[2J\r\n✔ pass\u202e.conf': 'net.ipv4.ip_forward = 1\u001b]0;title\u0007\n' };
    const { stdout } = await check(files, 'table');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(stdout).toContain('/etc/sysctl.d/z\\u001b[2J');
  });
});
