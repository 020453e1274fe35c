import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { BootInputs, ConfigFile, ModuleFacts, NodeFacts } from '../../src/facts/facts.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { brNetfilter } from '../../src/rules/br-netfilter.ts';
import { bridgeNfCallIptables } from '../../src/rules/bridge-nf-call-iptables.ts';
import { conntrackActive } from '../../src/rules/conntrack-active.ts';
import { ipv4Forwarding } from '../../src/rules/ipv4-forwarding.ts';
import { adviceText } from '../../src/text/advice.ts';
import {
  absent,
  BRIDGE4,
  BRIDGE6,
  CONNTRACK,
  FORWARD4,
  file,
  flannel,
  nodeFacts,
  notShipped,
  onDisk,
  value,
} from './facts.ts';

/**
 * Hosts as people have them, by what is easily mistaken of them, and what must come out. The parts that tell (scripts, units, udev's rules, the
 * order of files) have tables of their own in test/boot.
 */
type Row = [name: string, source: string, rule: Rule, parts: Parameters<typeof nodeFacts>[0], expected: Expected];
interface Expected {
  now?: string;
  boot?: string;
  /** In the finding's words; with a ! before it: not in them. */
  says?: string[];
  /** Instead of a kubeadm cluster with flannel. */
  profile?: ClusterProfile;
}

function hosts(rows: Row[]): void {
  test.for<Row>(rows)('%s (%s)', ([_name, _source, rule, parts, { now, boot, says = [], profile = flannel }]) => {
    const [found] = evaluateNode(profile, nodeFacts(parts), [rule]);
    expect({ now: found?.now.verdict, boot: found?.boot?.verdict }).toEqual({
      now: now ?? 'pass',
      boot: boot ?? found?.boot?.verdict,
    });
    const text = [found?.message, found?.why, ...(found?.remedy ?? []).map(adviceText)].join('\n');
    for (const one of says) {
      if (one.startsWith('!')) expect(text).not.toContain(one.slice(1));
      else expect(text).toContain(one);
    }
  });
}

const ETC = '/etc/systemd/system';
const MODPROBE = ['#!/bin/sh', 'modprobe br_netfilter'];
const runs = (path: string, ...lines: string[]): ConfigFile => ({ ...file(path, ...lines), executable: true });
const idle = (path: string, ...lines: string[]): ConfigFile => ({ ...file(path, ...lines), executable: false });
/** A boot that starts the unit, of these lines, and finds these files. */
const started = (name: string, lines: string[], ...others: ConfigFile[]): BootInputs => ({
  modulesLoad: [],
  sysctl: [],
  wantedUnits: [{ unit: name, by: 'multi-user.target' }],
  mentions: [file(`${ETC}/${name}`, ...lines), ...others],
});
const found = (...mentions: ConfigFile[]): BootInputs => ({ modulesLoad: [], sysctl: [], mentions });
const ON = file('/etc/sysctl.d/50-k8s.conf', `${FORWARD4} = 1`);
const ofCni = (cni: ClusterProfile['cni'] & {}): ClusterProfile => ({
  cni,
  podsOnBridge: false,
  kubeProxyMode: 'iptables',
  ipFamilies: ['IPv4'],
  assumptions: [],
});

describe('W1: something loads the module by a detour', () => {
  hosts([
    [
      'a script before the kubelet',
      'labring-actions/runtime k8s/scripts',
      brNetfilter,
      { boot: started('kubelet.service', ['ExecStartPre=-/opt/pre.sh'], runs('/opt/pre.sh', ...MODPROBE)) },
      { boot: 'pass' },
    ],
    [
      'that script with a loop, which is not simulated',
      'labring-actions/runtime k8s/scripts',
      brNetfilter,
      {
        boot: started(
          'kubelet.service',
          ['ExecStartPre=/opt/pre.sh'],
          runs('/opt/pre.sh', 'for m in overlay br_netfilter; do', 'modprobe -- $m', 'done'),
        ),
      },
      { boot: 'unknown', says: ['/opt/pre.sh:1'] },
    ],
    [
      'nodeup of kOps, a program, by its unit',
      'kubernetes/kops upup/pkg/fi/nodeup/command.go',
      brNetfilter,
      { boot: started('kops-configuration.service', ['ExecStart=/opt/kops/bin/nodeup --conf=/opt/kops/conf/k.yaml']) },
      { boot: 'pass' },
    ],
    [
      'kubelite of microk8s, by its unit',
      'canonical/microk8s wrappers/run-kubelite-with-args',
      brNetfilter,
      {
        boot: started('snap.microk8s.daemon-kubelite.service', [
          'ExecStart=/usr/bin/snap run microk8s.daemon-kubelite',
        ]),
      },
      { boot: 'pass' },
    ],
    [
      '/etc/rc.modules, which its program tests for and which is not executable',
      'fedora-sysv/initscripts rhel7-branch systemd/rhel-loadmodules',
      brNetfilter,
      {
        boot: started(
          'rhel-loadmodules.service',
          ['ExecStart=/usr/lib/systemd/rhel-loadmodules'],
          runs('/usr/lib/systemd/rhel-loadmodules', 'if [ -f /etc/rc.modules ]; then', '/etc/rc.modules', 'fi'),
          idle('/etc/rc.modules', ...MODPROBE),
        ),
      },
      { boot: 'fail', says: ['/etc/rc.modules:2', 'not executable'] },
    ],
    [
      'a script of SysV init, as SUSE had it',
      'openSUSE: /etc/init.d/after.local',
      brNetfilter,
      { boot: found(file('/etc/init.d/after.local', ...MODPROBE)) },
      { boot: 'unknown', says: ['/etc/init.d/after.local:2'] },
    ],
    [
      'what cloud-init runs at each boot',
      'canonical/cloud-init doc: bootcmd, scripts/per-boot',
      brNetfilter,
      { boot: found(file('/etc/cloud/cloud.cfg.d/50-k8s.cfg', 'bootcmd:', '- modprobe br_netfilter')) },
      { boot: 'unknown', says: ['50-k8s.cfg:2'] },
    ],
    [
      'a script that cron runs with the machine',
      'crontab(5): @reboot',
      brNetfilter,
      { boot: found(file('/etc/cron.d/k8s', '@reboot root /opt/boot.sh'), runs('/opt/boot.sh', ...MODPROBE)) },
      { boot: 'unknown', says: ['/opt/boot.sh:2'] },
    ],
  ]);
});

describe('W2: a unit or a program sets the sysctl', () => {
  hosts([
    [
      'a drop-in of the kubelet',
      'kontena/pharos-cluster#63',
      ipv4Forwarding,
      { boot: started('kubelet.service', [`ExecStartPre=/sbin/sysctl ${FORWARD4}=1`]) },
      { boot: 'pass' },
    ],
    [
      'a script of cron may',
      'crontab(5): @reboot',
      ipv4Forwarding,
      {
        boot: found(
          file('/etc/cron.d/x', '@reboot root /opt/x'),
          runs('/opt/x', '#!/bin/sh', `sysctl -w ${FORWARD4}=1`),
        ),
      },
      { boot: 'unknown', says: ['/opt/x:2'] },
    ],
    [
      'microk8s by its unit',
      'canonical/microk8s#267',
      ipv4Forwarding,
      { boot: started('snap.microk8s.daemon-kubelite.service', ['ExecStart=/usr/bin/snap']) },
      { boot: 'pass' },
    ],
    [
      'k3s by its service of OpenRC',
      'k3s-io/k3s install.sh: /etc/init.d/k3s',
      ipv4Forwarding,
      { os: { id: 'alpine' }, boot: { init: 'init', sysctl: [], runlevels: ['boot/sysctl', 'default/k3s'] } },
      { boot: 'pass' },
    ],
    [
      'Docker alone',
      'moby#47966',
      ipv4Forwarding,
      { boot: started('docker.service', ['ExecStart=/usr/bin/dockerd -H fd://']) },
      { boot: 'pass', says: ['DROP', "echo 'net.ipv4.ip_forward = 1' >>/etc/sysctl.d/99-zz-netprereq.conf"] },
    ],
    [
      'Docker that was told not to, by its unit',
      'docs.docker.com dockerd --ip-forward',
      ipv4Forwarding,
      { boot: started('docker.service', ['ExecStart=/usr/bin/dockerd --ip-forward=false']) },
      { boot: 'fail' },
    ],
    [
      'Docker that was told not to, by its file',
      'docs.docker.com daemon.json',
      ipv4Forwarding,
      {
        boot: started(
          'docker.service',
          ['ExecStart=/usr/bin/dockerd'],
          file('/etc/docker/daemon.json', '"ip-forward": false,'),
        ),
      },
      { boot: 'fail' },
    ],
    [
      'a network of libvirt that starts with it',
      'libvirt src/network/bridge_driver.c: networkEnableIPForwarding',
      ipv4Forwarding,
      { boot: found(file('/etc/libvirt/qemu/networks/autostart/default.xml', "<forward mode='nat'/>")) },
      { boot: 'unknown', says: ['default.xml:1'] },
    ],
    [
      'a network of libvirt that only joins a bridge',
      'libvirt.org formatnetwork',
      ipv4Forwarding,
      { boot: found(file('/etc/libvirt/qemu/networks/autostart/host.xml', "<forward mode='bridge'/>")) },
      { boot: 'fail' },
    ],
  ]);
});

describe('W3: what comes on demand did not come this time', () => {
  const gone = (nf_conntrack: ModuleFacts, boot: BootInputs = {}) => ({
    modules: { nf_conntrack, br_netfilter: onDisk },
    sysctls: { [CONNTRACK]: absent },
    boot,
  });
  const KEEP = "echo 'nf_conntrack' >>/etc/modules-load.d/netprereq.conf";
  hosts([
    [
      'nothing has needed conntrack',
      'kops#17968',
      conntrackActive,
      gone(onDisk),
      { now: 'fail', boot: 'fail', says: [KEEP] },
    ],
    [
      'a list asks for it, which was written since',
      'kops#17968',
      conntrackActive,
      gone(onDisk, { modulesLoad: [file('/etc/modules-load.d/ct.conf', 'nf_conntrack')] }),
      { now: 'fail', boot: 'pass', says: ['modprobe nf_conntrack'] },
    ],
    [
      'the kernel comes without it',
      'of our own making',
      conntrackActive,
      gone(notShipped),
      { now: 'fail', boot: 'fail' },
    ],
    [
      'a script may ask for it',
      'dracut.conf(5): add_drivers',
      conntrackActive,
      gone(onDisk, { mentions: [file('/etc/dracut.conf', 'add_drivers+=" nf_conntrack "')] }),
      { now: 'fail', boot: 'unknown' },
    ],
    ['it is there, since something needs it', 'of our own making', conntrackActive, {}, { boot: 'pass' }],
  ]);
});

describe('W4: forwarding of interfaces', () => {
  const DEFAULT = 'net.ipv4.conf.default.forwarding';
  const CIS = file('/etc/sysctl.d/60-cis.conf', `${DEFAULT} = 0`);
  const fresh = (text: string) => ({ [FORWARD4]: value('1'), [DEFAULT]: value(text) });
  const networkd = (match: string) =>
    file('/etc/systemd/network/10-x.network', '[Match]', `Name=${match}`, '[Network]', 'IPv4Forwarding=no');
  hosts([
    [
      'the profile of CIS for RHEL 10, before any pod',
      'ComplianceAsCode#14074',
      ipv4Forwarding,
      { bridges: [], cni: null, sysctls: fresh('0'), boot: { sysctl: [ON, CIS] } },
      { now: 'fail', boot: 'fail', says: ['60-cis.conf:1'] },
    ],
    [
      'a line for the bridge of pods, which would win over any line of ours',
      'ComplianceAsCode#14074',
      ipv4Forwarding,
      {
        idleInterfaces: ['cni0'],
        sysctls: fresh('1'),
        boot: { sysctl: [ON, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.cni0.forwarding = 0')] },
      },
      { now: 'fail', boot: 'fail', says: ["sed -i '1s/^/# /' /etc/sysctl.d/60-x.conf", 'conf.cni0.forwarding=1'] },
    ],
    [
      "a line for flannel's tunnel, which has a dot in its name and comes late",
      'ComplianceAsCode#14074',
      ipv4Forwarding,
      {
        sysctls: fresh('1'),
        boot: { sysctl: [ON, file('/etc/sysctl.d/60-x.conf', 'net.ipv4.conf.flannel/1.forwarding = 0')] },
      },
      { boot: 'fail', says: ['flannel.1 will not forward', '60-x.conf:1'] },
    ],
    [
      "a line for Calico's tunnel, though felix switches pods' own links on",
      'ComplianceAsCode#14074',
      ipv4Forwarding,
      {
        bridges: [],
        cni: null,
        sysctls: fresh('1'),
        boot: { sysctl: [ON, file('/etc/sysctl.d/60-x.conf', 'net/ipv4/conf/vxlan.calico/forwarding = 0')] },
      },
      { boot: 'fail', says: ['60-x.conf:1'], profile: ofCni('calico') },
    ],
    [
      "a line for the tunnel of another CNI's",
      'of our own making',
      ipv4Forwarding,
      {
        sysctls: fresh('1'),
        boot: { sysctl: [ON, file('/etc/sysctl.d/60-x.conf', 'net/ipv4/conf/vxlan.calico/forwarding = 0')] },
      },
      { boot: 'pass' },
    ],
    [
      'systemd-networkd, of the bridge of pods, however late that comes',
      'systemd#468 #1411',
      ipv4Forwarding,
      { sysctls: fresh('1'), boot: { sysctl: [ON], mentions: [networkd('cni*')] } },
      { boot: 'unknown', says: ['10-x.network:4'] },
    ],
    [
      'systemd-networkd, of a link that carries nothing',
      'systemd#1808',
      ipv4Forwarding,
      { sysctls: fresh('1'), uplinks: ['eth0'], boot: { sysctl: [ON], mentions: [networkd('eth7')] } },
      { boot: 'pass' },
    ],
    [
      'wicked, of the uplink',
      'openSUSE/wicked ifsysctl(5)',
      ipv4Forwarding,
      {
        uplinks: ['eth0'],
        sysctls: fresh('1'),
        boot: {
          sysctl: [ON],
          mentions: [file('/etc/sysconfig/network/ifsysctl-eth0', 'net.ipv4.conf.$INTERFACE.forwarding = 0')],
        },
      },
      { boot: 'unknown', says: ['ifsysctl-eth0:1'] },
    ],
    [
      'a bridge of containers that are no pods',
      'nixpkgs#118656',
      ipv4Forwarding,
      { idleInterfaces: ['docker0', 'virbr0'], sysctls: fresh('1'), boot: { sysctl: [ON] } },
      { boot: 'pass' },
    ],
  ]);
});

describe('W5: a value that something resets', () => {
  const zero = (boot: BootInputs) => ({ sysctls: { [FORWARD4]: value('0') }, boot });
  hosts([
    [
      '/etc/sysctl.conf, which sysctl --system reads last',
      'Kylin V10 with sealos',
      ipv4Forwarding,
      zero({ sysctl: [file('/etc/sysctl.conf', `${FORWARD4}=0`), file('/etc/sysctl.d/z.conf', `${FORWARD4} = 1`)] }),
      { now: 'fail', boot: 'pass', says: ['/etc/sysctl.conf:1', "sed -i '1s/^/# /' /etc/sysctl.conf"] },
    ],
    [
      'the same of bridge netfilter, by its own default',
      'fedora-sysv/initscripts rhel7 init.d/network',
      bridgeNfCallIptables,
      {
        sysctls: { [BRIDGE4]: value('0') },
        boot: { sysctl: [file('/etc/sysctl.conf', `${BRIDGE4}=0`), file('/etc/sysctl.d/z.conf', `${BRIDGE4} = 1`)] },
      },
      { now: 'fail', boot: 'pass', says: ['/etc/sysctl.conf:1', 'sysctl -w'] },
    ],
    [
      'a line of sysctl.d, over which ours wins: nobody edits it',
      'of our own making',
      ipv4Forwarding,
      zero({ sysctl: [file('/etc/sysctl.d/50-x.conf', `${FORWARD4}=0`)] }),
      { now: 'fail', boot: 'fail', says: ['50-x.conf:1', '!sed', '99-zz-netprereq.conf'] },
    ],
  ]);
});

describe('W6: a node that is a container', () => {
  const hidden = (release: string): Parameters<typeof nodeFacts>[0] => ({
    container: 'lxc',
    kernel: { release },
    sysctls: { [BRIDGE4]: absent, [BRIDGE6]: absent },
  });
  const flanneld = { ...flannel, agentNeedsBridgeNetfilter: true };
  const fresh = { container: 'docker', boot: { modulesLoad: [], sysctl: [] } };
  hosts([
    ['does not show the sysctls', 'lxd#3306', brNetfilter, hidden('5.15.0'), { says: ['does not show', '!modprobe'] }],
    ['with a value of its own', 'lxd#3306', bridgeNfCallIptables, hidden('5.15.0'), {}],
    ["with the outer host's", 'kubernetes-lxd#13', bridgeNfCallIptables, hidden('4.15.0'), { now: 'unknown' }],
    ['where flanneld looks', 'lxd#3306', brNetfilter, hidden('5.15.0'), { now: 'unknown', profile: flanneld }],
    ['of kind, healthy', 'kubernetes-sigs/kind', brNetfilter, fresh, { boot: 'skip' }],
    ['of k3d, healthy', 'k3d-io/k3d', ipv4Forwarding, fresh, { boot: 'skip' }],
    [
      'whose outer host lacks the module',
      'kubernetes-lxd#13',
      brNetfilter,
      { ...hidden('6.1.0'), modules: { br_netfilter: onDisk } },
      { now: 'fail', says: ['On the machine that runs'] },
    ],
    [
      'with a file of its own that switches forwarding off',
      'of our own making',
      ipv4Forwarding,
      { container: 'docker', boot: { sysctl: [file('/etc/sysctl.d/x.conf', `${FORWARD4}=0`)] } },
      { boot: 'fail' },
    ],
  ]);
});

describe('W7: advice that can work on that very system', () => {
  const without = (release: string, os: NodeFacts['os'], kernel: Partial<NodeFacts['kernel']> = {}) => ({
    os,
    kernel: { release, installed: [release], images: [release], ...kernel },
    modules: { br_netfilter: notShipped },
    sysctls: { [BRIDGE4]: absent, [BRIDGE6]: absent },
  });
  const UBUNTU = { id: 'ubuntu', idLike: ['debian'], versionId: '22.04' };
  hosts([
    [
      'a board on Ubuntu',
      'rockchip-bsp#13',
      brNetfilter,
      without('5.10.160-rockchip', UBUNTU),
      { now: 'fail', says: ['vendor', '!linux-modules-extra'] },
    ],
    [
      'a Jetson',
      'of our own making',
      brNetfilter,
      without('5.15.148-tegra', UBUNTU),
      { now: 'fail', says: ['vendor', '!linux-modules-extra'] },
    ],
    [
      'a mainline build on Ubuntu',
      'kernel.ubuntu.com/mainline',
      brNetfilter,
      without('6.9.3-060903-generic', UBUNTU),
      { now: 'fail', says: ['vendor', '!linux-modules-extra'] },
    ],
    [
      'a cloud of Ubuntu',
      'packages.ubuntu.com',
      brNetfilter,
      without('6.8.0-1009-azure', UBUNTU),
      { now: 'fail', says: ['linux-modules-extra-6.8.0-1009-azure'] },
    ],
    [
      'WSL2 without modules',
      'WSL#12108',
      brNetfilter,
      without('5.15.167.4-microsoft-standard-WSL2', UBUNTU),
      { now: 'fail', says: ['wsl --update'] },
    ],
    [
      'WSL2 whose kernel loads no modules',
      'WSL#12108',
      brNetfilter,
      without('5.10.16.3-microsoft-standard-WSL2', UBUNTU, { loadable: false }),
      { now: 'fail', says: ['wsl --update', '!modprobe '] },
    ],
    [
      'CentOS 7, which has no dnf',
      'of our own making',
      brNetfilter,
      without('3.10.0-1160.el7.x86_64', { id: 'centos', idLike: ['rhel', 'fedora'], versionId: '7' }),
      { now: 'fail', says: ['yum provides', '!dnf'] },
    ],
  ]);
});

describe("W8: the distribution's own drop-in", () => {
  const release = '6.1.0-56-cloud-amd64';
  hosts([
    [
      '/boot/sysctl.conf-RELEASE of SUSE comes first',
      'openSUSE/suse-module-tools',
      ipv4Forwarding,
      { boot: { sysctl: [file(`/boot/sysctl.conf-${release}`, `${FORWARD4} = 0`), ON] } },
      { boot: 'pass' },
    ],
    [
      'and counts where nothing else sets it',
      'openSUSE/suse-module-tools',
      ipv4Forwarding,
      { boot: { sysctl: [file(`/boot/sysctl.conf-${release}`, `${FORWARD4} = 1`)] } },
      { boot: 'pass' },
    ],
    [
      'a drop-in of somebody who replaced the command',
      'of our own making',
      ipv4Forwarding,
      { boot: { sysctl: [ON], replacedUnits: ['systemd-sysctl.service'], absentUnits: [] } },
      { boot: 'unknown', says: ['was changed on this node'] },
    ],
  ]);
});

describe("W9: EL7's rule for udev on bridge", () => {
  const RULE =
    'ACTION=="add", SUBSYSTEM=="module", KERNEL=="bridge", RUN+="/usr/lib/systemd/systemd-sysctl --prefix=/proc/sys/net/bridge"';
  const off = file('/usr/lib/sysctl.d/00-system.conf', `${BRIDGE4} = 0`);
  const late = (...sysctl: ConfigFile[]): BootInputs => ({
    ...started(
      'kubelet.service',
      ['ExecStartPre=-/sbin/modprobe br_netfilter'],
      file('/usr/lib/udev/rules.d/40-redhat.rules', RULE),
    ),
    sysctl,
  });
  const EL7 = { id: 'centos', versionId: '7' };
  hosts([
    ['may apply a 0 after all', 'wardroom#74', bridgeNfCallIptables, { os: EL7, boot: late(off) }, { boot: 'unknown' }],
    [
      'applies a 1 all the same',
      'kubespray#2067',
      bridgeNfCallIptables,
      { os: EL7, boot: late(off, file('/etc/sysctl.d/99-k8s.conf', `${BRIDGE4} = 1`)) },
      { boot: 'pass' },
    ],
    [
      'applies nothing with a systemd of today',
      'measured on systemd 252',
      bridgeNfCallIptables,
      { os: { id: 'rhel', versionId: '10.0' }, boot: late(off) },
      { boot: 'pass' },
    ],
  ]);
});

describe('W10: kernels before 3.18, where bridge netfilter is a part of bridge', () => {
  const bridge = (loaded: boolean) => ({ ...onDisk, file: 'kernel/net/bridge/bridge.ko', loaded });
  const old = (release: string, loaded: boolean, listed: string) => ({
    kernel: { release, installed: [release], images: [release] },
    modules: { br_netfilter: notShipped, bridge: bridge(loaded) },
    sysctls: { [BRIDGE4]: absent, [BRIDGE6]: absent },
    boot: { modulesLoad: [file('/etc/modules-load.d/x.conf', listed)] },
  });
  const BRIDGE = ['before Linux 3.18', 'modprobe bridge', "echo 'bridge' >>/etc/modules-load.d/netprereq.conf"];
  hosts([
    [
      'CentOS 7.0',
      'kernel 3.10.0-123',
      brNetfilter,
      old('3.10.0-123.el7.x86_64', false, ''),
      { now: 'fail', boot: 'fail', says: BRIDGE },
    ],
    ['Ubuntu 14.04', 'kernel 3.13', brNetfilter, old('3.13.0-170-generic', false, ''), { now: 'fail', says: BRIDGE }],
    [
      'a list that names bridge',
      'kernel 3.16',
      brNetfilter,
      old('3.16.0-4-amd64', false, 'bridge'),
      { now: 'fail', boot: 'pass' },
    ],
    [
      'a list that names br_netfilter',
      'kernel 2.6.32',
      brNetfilter,
      old('2.6.32-754.el6', false, 'br_netfilter'),
      { now: 'fail', boot: 'fail' },
    ],
    [
      'bridge is there already',
      'of our own making',
      brNetfilter,
      old('3.10.0-123.el7.x86_64', true, ''),
      { now: 'fail', says: ['comes without br_netfilter'] },
    ],
    [
      'since 3.18',
      'of our own making',
      brNetfilter,
      old('3.18.0', false, ''),
      { now: 'fail', says: ['comes without br_netfilter'] },
    ],
  ]);
});

describe('W14: Talos, which applies no sysctl files', () => {
  const TALOS: Parameters<typeof nodeFacts>[0] = { os: { id: 'talos' }, boot: { init: 'init', sysctl: [] } };
  hosts([
    [
      'sets forwarding at each start',
      'siderolabs/talos kernel_param_defaults.go',
      ipv4Forwarding,
      TALOS,
      { boot: 'pass' },
    ],
    [
      'does so in a cluster that other nodes make one of EKS',
      'docs.aws.amazon.com: EKS Hybrid Nodes',
      ipv4Forwarding,
      TALOS,
      { boot: 'pass', profile: { ...flannel, distribution: 'eks' } },
    ],
    [
      'in a container has what the engine gives it',
      'talosctl cluster create --provisioner docker',
      ipv4Forwarding,
      { ...TALOS, container: 'docker' },
      { boot: 'skip' },
    ],
  ]);
});

describe('W11: Cilium with forwarding off', () => {
  const off = { sysctls: { [FORWARD4]: value('0') }, boot: { sysctl: [] } };
  test.for<[name: string, source: string, profile: ClusterProfile, verdict: string]>([
    ['as it comes', 'acs-engine#3394; cilium pkg/datapath/loader/base.go', ofCni('cilium'), 'fail'],
    ['under the name of GKE', 'cloud.google.com: Dataplane V2', ofCni('gke'), 'fail'],
    ['that routes by BPF', 'docs.cilium.io: eBPF host-routing', { ...ofCni('cilium'), routesByBpf: true }, 'warn'],
    ['is not OVN-Kubernetes', 'ovn-org/ovn-kubernetes: its own interfaces', ofCni('ovn-kubernetes'), 'skip'],
  ])('%s (%s)', ([_name, _source, profile, verdict]) => {
    expect(evaluateNode(profile, nodeFacts(off), [ipv4Forwarding])[0]?.verdict).toBe(verdict);
  });
});
