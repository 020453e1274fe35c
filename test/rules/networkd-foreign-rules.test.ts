import { expect } from 'vitest';
import type { ConfigFile } from '../../src/facts/facts.ts';
import { networkdForeignRules } from '../../src/rules/networkd-foreign-rules.ts';
import { file, mask } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const LINK = '/run/systemd/units/invocation:systemd-networkd.service';
const running = { '/run/systemd/units': true, [LINK]: true };
const DIRECTORY = '/etc/systemd/networkd.conf.d';
const KEPT = ['[Network]', 'ManageForeignRoutes=no', 'ManageForeignRoutingPolicyRules=no'];

function node(files: readonly ConfigFile[] | undefined, paths: Record<string, boolean> = running): RuleCase['node'] {
  return { paths, ...(files && { files }), os: { id: 'ubuntu', versionId: '22.04' } };
}
const profile = { cni: 'aws-vpc' } as const;
const REPAIR = networkdForeignRules.requires.repair?.file;
const drops = { verdict: 'warn', severity: 'recommended', now: { verdict: 'fail' } } as const;

ruleTester(networkdForeignRules, [
  {
    name: 'warns by the default of systemd, and proposes the drop-in without a restart',
    node: node([]),
    profile,
    expected: {
      ...drops,
      now: { verdict: 'fail', cause: 'unset', actual: 'yes' },
      why: expect.stringContaining("ManageForeignRoutingPolicyRules is systemd's default"),
      remedy: [
        "mkdir -p /etc/systemd/networkd.conf.d && printf '%s\\n' '[Network]' ManageForeignRoutingPolicyRules=no ManageForeignRoutes=no >/etc/systemd/networkd.conf.d/90-netprereq.conf",
      ],
    },
  },
  {
    name: 'shows the drop-in as a file where something else makes the files of the node',
    node: { ...node([]), os: { id: 'nixos' } },
    profile,
    expected: {
      ...drops,
      remedy: [
        expect.stringContaining(`${DIRECTORY}/90-netprereq.conf:`),
        '[Network]\nManageForeignRoutingPolicyRules=no\nManageForeignRoutes=no',
      ],
    },
  },
  {
    name: 'passes with both switches off',
    node: node([file('/usr/lib/systemd/networkd.conf.d/80-amazon.conf', ...KEPT)]),
    profile,
    expected: {
      verdict: 'pass',
      now: { source: { file: '/usr/lib/systemd/networkd.conf.d/80-amazon.conf', line: 3 } },
    },
  },
  {
    name: 'is not misled by right lines in a section of another name',
    misleads: 'grep',
    node: node([file('/etc/systemd/networkd.conf', '[DHCPv4]', ...KEPT.slice(1))]),
    profile,
    expected: drops,
  },
  {
    name: 'is not misled by a right file that one of the same name in /etc masks',
    node: node([mask(`${DIRECTORY}/k8s.conf`), file('/usr/lib/systemd/networkd.conf.d/k8s.conf', ...KEPT)]),
    profile,
    expected: drops,
  },
  {
    name: 'names the line of a later drop-in, which wins over the main file and earlier ones',
    node: node([
      file('/etc/systemd/networkd.conf', ...KEPT),
      file(`${DIRECTORY}/10-k8s.conf`, ...KEPT),
      file('/run/systemd/networkd.conf.d/20-site.conf', '[Network]', 'ManageForeignRoutes = true'),
    ]),
    profile,
    expected: {
      ...drops,
      now: { cause: 'value', source: { file: '/run/systemd/networkd.conf.d/20-site.conf', line: 2 } },
      why: expect.stringContaining('ManageForeignRoutes is yes in /run/systemd/networkd.conf.d/20-site.conf:2'),
    },
  },
  {
    name: 'goes by the first main file only, and ignores what is neither yes nor no',
    node: node([
      file('/etc/systemd/networkd.conf', ...KEPT, 'ManageForeignRoutes=maybe'),
      file('/usr/lib/systemd/networkd.conf', '[Network]', 'ManageForeignRoutes=yes'),
    ]),
    profile,
    expected: { verdict: 'pass' },
  },
  {
    name: 'is unknown where a directory could not be listed',
    node: node([{ path: DIRECTORY, kind: 'unreadable', lines: [] }]),
    profile,
    expected: { now: { verdict: 'unknown' }, message: `${DIRECTORY} was not read to its end` },
  },
  {
    name: 'is unknown where nothing was read',
    node: node(undefined),
    profile,
    expected: { now: { verdict: 'unknown' } },
  },
  {
    name: 'does not concern a node on which it does not run',
    node: node([], { '/run/systemd/units': true, [LINK]: false }),
    profile,
    expected: { verdict: 'skip' },
  },
  {
    name: 'only shows it where systemd keeps no links of units that run',
    node: node([], { '/run/systemd/units': false, [LINK]: false }),
    profile,
    expected: { verdict: 'pass', severity: 'info', now: { verdict: 'fail' } },
  },
  {
    name: 'only shows it on a system that may have a systemd which leaves rules alone',
    node: { ...node([]), os: { id: 'ubuntu', versionId: '20.04' } },
    profile,
    expected: { verdict: 'pass', severity: 'info' },
  },
  ...(['calico', 'cilium', undefined] as const).map((cni) => ({
    name: `only shows it with ${cni ?? 'a CNI that is not known'}`,
    node: node([]),
    profile: { cni },
    expected: { verdict: 'pass' as const, severity: 'info' as const },
  })),
  {
    name: 'passes with the file that fix writes',
    node: node([file(`${DIRECTORY}/90-netprereq.conf`, ...(REPAIR?.content.split('\n') ?? []))]),
    profile,
    expected: { verdict: 'pass' },
  },
  { name: 'does not concern flannel', node: node([]), profile: { cni: 'flannel' }, expected: { verdict: 'skip' } },
]);
