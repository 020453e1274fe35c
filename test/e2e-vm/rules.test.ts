import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CheckReport, ReportFinding } from '../../src/report/report.ts';
import { netprereq } from '../support/command.ts';
import { type Breakage, type Group, script } from './breakage.ts';
import { MODULES } from './breakages-modules.ts';
import { NETWORK } from './breakages-network.ts';
import { dropSnapshot, hasVm, NODE, onNode, reboot, restore, snapshot } from './vm.ts';

const available = await hasVm();
const GROUPS = [...NETWORK, ...MODULES];

/** Other suites break and repair what these are about; here the node need not have them right. */
const OLDEST = [
  'br-netfilter',
  'bridge-nf-call-iptables',
  'bridge-nf-call-ip6tables',
  'ipv4-forwarding',
  'ipv6-forwarding',
  'conntrack-active',
];

/** The findings of all other rules, by rule. */
async function check(cluster: readonly string[]): Promise<Record<string, ReportFinding>> {
  const args = ['check', NODE, '--skip', OLDEST.join(), '-o', 'json', '--timeout', '5m', ...cluster];
  const { stdout, stderr } = await netprereq(args);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  const [report] = (JSON.parse(stdout) as CheckReport).nodes;
  if (!report?.findings.length) throw new Error(`${NODE} was not judged: ${report?.reason}`);
  return Object.fromEntries(report.findings.map((finding) => [finding.rule, finding]));
}

/** Whether the node does it. */
const does = async (what: string) => (await onNode(`(${what}\n) >/dev/null 2>&1 && echo yes || echo no`)) === 'yes';

/** What each way to break the node does to what it is about; those that nothing shows are left out. */
async function proofs(breakages: readonly Breakage[]): Promise<Record<string, boolean>> {
  const found: Record<string, boolean> = {};
  for (const { rule, proves } of breakages) if (proves) found[rule] = await does(proves);
  return found;
}

const alarms = (findings: Record<string, ReportFinding>) =>
  Object.values(findings)
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip')
    .map(({ rule, verdict, message, why }) => [rule, verdict, message, why].join(': '));

describe.skipIf(!available)(`rules, on ${NODE} (NETPREREQ_E2E_CLUSTER)`, { timeout: 600_000 }, () => {
  beforeAll(async () => {
    // These are about the rules that the program has, not about those that other suites run with.
    vi.stubEnv('NETPREREQ_BUNDLE', '.');
    await snapshot();
  });

  afterAll(async () => {
    await restore();
    await reboot();
    await dropSnapshot();
    vi.unstubAllEnvs();
  });

  describe.each(GROUPS)('$name', ({ cluster, prepares = ':', breakages, clears = ':' }: Group) => {
    let broken: Record<string, ReportFinding>;
    let healed: Record<string, ReportFinding>;
    let failing: Record<string, boolean>;
    let working: Record<string, boolean>;

    beforeAll(async () => {
      await onNode(prepares);
      await onNode(script(...breakages.map(({ breaks }) => breaks)));
      broken = await check(cluster);
      failing = await proofs(breakages);
      await onNode(script(...breakages.map(({ heals }) => heals)));
      healed = await check(cluster);
      working = await proofs(breakages);
    });

    afterAll(async () => {
      await onNode(`${clears}\n:`);
      await restore();
    });

    test.each(breakages)('$rule $name', ({ rule, expected, proves }) => {
      expect(broken[rule]).toMatchObject(expected);
      expect(healed[rule]).toMatchObject({ verdict: 'pass', now: { verdict: 'pass' } });
      if (proves) expect({ broken: failing[rule], healed: working[rule] }).toEqual({ broken: false, healed: true });
    });

    test('nothing else is an alarm, and nothing is once all is healed', () => {
      const others = Object.entries(broken).filter(([rule]) => !breakages.some((one) => one.rule === rule));
      expect(alarms(Object.fromEntries(others))).toEqual([]);
      expect(alarms(healed)).toEqual([]);
    });
  });

  describe('loading of modules switched off until the next boot', () => {
    const CLUSTER = ['--cni', 'antrea', '--kube-proxy-mode', 'ipvs', '--ip-families', 'IPv4'];
    const DISABLED = { verdict: 'fail', cause: 'loading-disabled' } as const;

    beforeAll(async () => {
      await onNode('modprobe -r ip_vs_rr ip_vs openvswitch; sysctl -qw kernel.modules_disabled=1');
    });

    test('fails what is not loaded, though it is on disk, and not what is loaded', async () => {
      const found = await check(CLUSTER);
      expect(await does('modprobe ip_vs_rr')).toBe(false);
      expect(found.ipvs).toMatchObject({ verdict: 'fail', now: DISABLED, boot: { verdict: 'pass' } });
      expect(found.openvswitch).toMatchObject({ verdict: 'fail', now: DISABLED, boot: { verdict: 'pass' } });
      expect(found.overlay).toMatchObject({ verdict: 'pass' });
    });

    test('passes after a reboot, as predicted', async () => {
      await reboot();
      expect(await check(CLUSTER)).toMatchObject({ ipvs: { verdict: 'pass' }, openvswitch: { verdict: 'pass' } });
    });
  });
});
