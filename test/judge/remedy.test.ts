import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { brNetfilter } from '../../src/rules/br-netfilter.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { ipv6Forwarding } from '../../src/rules/ipv6-forwarding.ts';
import {
  absent,
  BRIDGE4,
  BRIDGE6,
  CONNTRACK,
  FORWARD4,
  FORWARD6,
  file,
  flannel,
  nodeFacts,
  notShipped,
  onDisk,
  value,
  withoutBridgeNetfilter,
} from '../rules/facts.ts';
import { now } from '../rules/judged.ts';
import { RULES } from '../support/rules.ts';

const MODULES_FILE = '/etc/modules-load.d/netprereq.conf';
const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';

const loading = (facts: NodeFacts, profile: ClusterProfile = flannel) => now(brNetfilter, facts, profile).remedy;
const setting = (parts: Parameters<typeof nodeFacts>[0], profile: ClusterProfile = flannel) =>
  now(ipv4Forwarding, nodeFacts({ ...parts, sysctls: { [FORWARD4]: value('0') } }), profile).remedy;

const VENDOR =
  "This kernel is not the distribution's own: its vendor must provide br_netfilter; or boot a kernel that has it";
const WSL =
  "The kernel is WSL's: run wsl --update on Windows, or boot a kernel of your own with br_netfilter (kernel= in .wslconfig)";

describe('on an ordinary distribution', () => {
  test('a module is loaded, then kept', () => {
    expect(loading(withoutBridgeNetfilter(onDisk, { boot: { modulesLoad: [] } }))).toEqual([
      'modprobe br_netfilter',
      `echo 'br_netfilter' >>${MODULES_FILE}`,
    ]);
  });

  test('a module that a file lists already is only loaded', () => {
    expect(loading(withoutBridgeNetfilter(onDisk))).toEqual(['modprobe br_netfilter']);
  });

  test('a sysctl is set, then kept in a file that sorts after 99-sysctl.conf', () => {
    expect(setting({})).toEqual(['sysctl -w net.ipv4.ip_forward=1', `echo 'net.ipv4.ip_forward = 1' >>${SYSCTL_FILE}`]);
    expect(['99-kubernetes-cri.conf', '99-sysctl.conf', '99-zz-netprereq.conf'].sort().at(-1)).toBe(
      '99-zz-netprereq.conf',
    );
  });

  test('running the commands of one prerequisite keeps what those of another wrote', () => {
    const directory = mkdtempSync(join(tmpdir(), 'remedy-'));
    const target = join(directory, 'netprereq.conf');
    const steps = [setting({}), now(ipv6Forwarding, nodeFacts({ sysctls: { [FORWARD6]: value('0') } }), flannel).remedy]
      .flat()
      .filter((step) => step.includes(SYSCTL_FILE))
      .map((step) => step.replaceAll(SYSCTL_FILE, target));
    try {
      for (const step of steps) execFileSync('sh', ['-c', step]);
      expect(readFileSync(target, 'utf8')).toBe('net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('the guard of the IPv6 default route names the links that have one from a router', () => {
    const guard = now(ipv6Forwarding, nodeFacts({ sysctls: { [FORWARD6]: value('0') } }), flannel).remedy.find((step) =>
      step.includes('accept_ra'),
    );
    const stand = `ip() { echo 'default via fe80::1 dev eth0.5 proto ra metric 100 pref medium'; }; sysctl() { echo "$@"; };`;
    expect(execFileSync('sh', ['-c', `${stand} ${guard}`], { encoding: 'utf8' })).toBe(
      '-w net/ipv6/conf/eth0.5/accept_ra=2\n',
    );
  });
});

describe('on other systems', () => {
  const openshift: ClusterProfile = { ...flannel, distribution: 'openshift' };
  test.for<
    [
      name: string,
      parts: Pick<NodeFacts, 'os'> & Partial<NodeFacts>,
      profile: ClusterProfile,
      module: string,
      sysctl: string,
    ]
  >([
    [
      'Talos',
      { os: { id: 'talos' } },
      flannel,
      'machine.kernel.modules: [{name: br_netfilter}]',
      'machine.sysctls: {net.ipv4.ip_forward: "1"}',
    ],
    [
      'Bottlerocket',
      { os: { id: 'bottlerocket' } },
      flannel,
      '"br_netfilter":{"allowed":true,"autoload":true}',
      '"net.ipv4.ip_forward":"1"',
    ],
    [
      'NixOS',
      { os: { id: 'nixos' } },
      flannel,
      'boot.kernelModules = [ "br_netfilter" ];',
      'boot.kernel.sysctl."net.ipv4.ip_forward" = 1;',
    ],
    ['RHCOS', { os: { id: 'rhcos' } }, openshift, 'MachineConfig', 'Tuned'],
    ['RHCOS that calls itself RHEL', { os: { id: 'rhel', variantId: 'coreos' } }, flannel, 'MachineConfig', 'Tuned'],
    ['OKD on Fedora CoreOS', { os: { id: 'fedora', variantId: 'coreos' } }, openshift, 'MachineConfig', 'Tuned'],
    ['Fedora CoreOS', { os: { id: 'fedora', variantId: 'coreos' } }, flannel, 'Butane', 'Butane'],
    ['Flatcar', { os: { id: 'flatcar' } }, flannel, 'Butane', 'Butane'],
    ['Container-Optimized OS', { os: { id: 'cos' } }, flannel, 'tmpfs', 'tmpfs'],
    [
      'a container node',
      { os: { id: 'debian' }, container: 'docker' },
      flannel,
      "On the machine that runs this node's container",
      '--sysctl',
    ],
  ])('%s gets its own way, and no command that writes its files', ([_name, parts, profile, module, sysctl]) => {
    const load = loading(withoutBridgeNetfilter(onDisk, parts), profile);
    const set = setting(parts, profile);
    expect(load.join('\n')).toContain(module);
    expect(set.join('\n')).toContain(sysctl);
    for (const step of [...load, ...set]) expect(step).not.toMatch(/^[^A-Z].*>>/);
  });

  test('Alpine is also told to run the services that read the files', () => {
    const alpine = { os: { id: 'alpine' }, boot: { init: 'init' } };
    expect(loading(withoutBridgeNetfilter(onDisk, alpine))).toContain('rc-update add modules boot');
    expect(setting(alpine)).toContain('rc-update add sysctl boot');
  });
});

describe('what stands in the way comes first', () => {
  const missing = (release: string, os: NodeFacts['os']) =>
    loading(withoutBridgeNetfilter(notShipped, { kernel: { release }, os }))[0];

  test.for<[name: string, release: string, os: NodeFacts['os'], step: string]>([
    [
      'Rocky 10',
      '6.12.0-55.el10_0.x86_64',
      { id: 'rocky', versionId: '10.0' },
      'dnf install -y "kernel-modules-extra-6.12.0-55.el10_0.x86_64"',
    ],
    [
      'RHEL 9',
      '5.14.0-503.el9.x86_64',
      { id: 'rhel', idLike: ['fedora'], versionId: '9.5' },
      'dnf provides "*/5.14.0-503.el9.x86_64/*/br_netfilter.ko*"',
    ],
    [
      'Amazon Linux 2023',
      '6.1.102-108.177.amzn2023.x86_64',
      { id: 'amzn', idLike: ['fedora'], versionId: '2023' },
      'dnf provides "*/6.1.102-108.177.amzn2023.x86_64/*/br_netfilter.ko*"',
    ],
    [
      'CentOS 7, which has no dnf',
      '3.10.0-1160.el7.x86_64',
      { id: 'centos', idLike: ['rhel', 'fedora'], versionId: '7' },
      'yum provides "*/3.10.0-1160.el7.x86_64/*/br_netfilter.ko*"',
    ],
    [
      'Amazon Linux 2, which has none either',
      '5.10.225-213.878.amzn2.x86_64',
      { id: 'amzn', idLike: ['centos', 'rhel', 'fedora'], versionId: '2' },
      'yum provides "*/5.10.225-213.878.amzn2.x86_64/*/br_netfilter.ko*"',
    ],
    ['Rocky on a board', '6.1.0-rockchip', { id: 'rocky', idLike: ['rhel'], versionId: '10.0' }, VENDOR],
    [
      'Ubuntu on Azure',
      '6.8.0-1009-azure',
      { id: 'ubuntu', versionId: '24.04' },
      'apt-get install -y "linux-modules-extra-6.8.0-1009-azure"',
    ],
    [
      'Ubuntu with large pages',
      '6.8.0-45-generic-64k',
      { id: 'ubuntu', versionId: '24.04' },
      'apt-get install -y "linux-modules-extra-6.8.0-45-generic-64k"',
    ],
    [
      'Ubuntu on a Raspberry Pi, where the package has another name',
      '6.8.0-1009-raspi',
      { id: 'ubuntu', versionId: '24.04' },
      'apt-get install -y linux-modules-extra-raspi',
    ],
    ['Debian on WSL2', '6.6.36.3-microsoft-standard-WSL2', { id: 'debian' }, WSL],
    ['Ubuntu kvm', '5.15.0-1050-kvm', { id: 'ubuntu' }, 'apt-get install -y linux-image-generic'],
    [
      'Debian',
      '6.1.0-56-amd64',
      { id: 'debian' },
      'Install the package that has br_netfilter for this kernel, or boot a kernel that has it',
    ],
    ['Bottlerocket', '6.1.102', { id: 'bottlerocket' }, 'Boot an image of this system whose kernel has br_netfilter'],
    ['a release that is no plain name', '6.1"; reboot; "', { id: 'rhel', versionId: '9.4' }, VENDOR],
    ['a release that looks like an option', '-6.1', { id: 'ubuntu' }, VENDOR],
  ])('a module that is not shipped: %s', ([_name, release, os, step]) => {
    expect(missing(release, os)).toBe(step);
  });

  test.for([
    [
      { boot: { modprobe: [file('/etc/modprobe.d/x.conf', 'install br_netfilter /bin/false')] } },
      "sed -i '1s/^/# /' /etc/modprobe.d/x.conf",
    ],
    [
      { boot: { modprobe: [file('/etc/modprobe.d/x.conf', 'blacklist br_netfilter')] } },
      "sed -i '1s/^/# /' /etc/modprobe.d/x.conf",
    ],
    [
      { boot: { commandLine: 'module_blacklist=br_netfilter' } },
      'Remove module_blacklist=br_netfilter from the kernel command line',
    ],
    [{ kernel: { modulesDisabled: value('1') } }, 'Remove kernel.modules_disabled=1'],
    [{ kernel: { loadable: false } }, 'Boot a kernel that has br_netfilter built in'],
    [{ kernel: { modulesDirectory: false, installed: ['6.1.0-58-amd64'] } }, 'Drain the node and reboot'],
  ] as const)('%j', ([parts, step]) => {
    const remedy = loading(withoutBridgeNetfilter(onDisk, parts));
    expect(remedy[0]).toContain(step);
    expect(remedy).toContain('modprobe br_netfilter');
  });
});

test('every step is a sentence, which begins with a capital, or a command that a shell can parse', () => {
  const sysctls = {
    [BRIDGE4]: value('0'),
    [BRIDGE6]: absent,
    [FORWARD4]: value('0'),
    [FORWARD6]: value('0'),
    [CONNTRACK]: absent,
  };
  const systems = ['debian', 'talos', 'bottlerocket', 'nixos', 'rhcos', 'flatcar', 'cos', 'ubuntu', 'rhel', 'alpine'];
  const steps = systems.flatMap((id) =>
    [onDisk, notShipped].flatMap((module) => {
      const modules = { br_netfilter: module, nf_conntrack: module };
      const facts = nodeFacts({ os: { id }, modules, sysctls, boot: { init: 'init' } });
      return RULES.flatMap((rule) => now(rule, facts, flannel).remedy);
    }),
  );
  const commands = new Set(steps.filter((step) => !/^[A-Z]/.test(step)));
  expect(commands.size).toBeGreaterThan(15);
  for (const command of commands) execFileSync('sh', ['-n', '-c', command]);
  // It resets what the CNI has set, in an order that is not the boot's.
  expect(steps.join('\n')).not.toContain('sysctl --system');
});
