import type { State } from '../../src/judge/finding.ts';
import { LATE_MODPROBE, LATE_UNIT, type RuleId } from './truth.ts';
import type { Tree } from './vm.ts';

/** Files that do not exclude each other, and what a boot makes of them. */
export interface Boot {
  name: string;
  files: Tree;
  /** Words that are added to the kernel's command line. */
  commandLine?: readonly string[];
  states: readonly BootState[];
}

/** One thing that a boot shows: what a rule's state will be, and because of what. */
export interface BootState {
  name: string;
  rule: RuleId;
  actual: string;
  source?: State['source'];
}

const K8S_MODULES = '/etc/modules-load.d/k8s.conf';

const early: Boot = {
  name: 'br_netfilter listed, and there before the sysctls are set',
  files: {
    [K8S_MODULES]: '# for flannel\n  br-netfilter\n',
    // To libkmod the carriage return belongs to the name, so that this denies nothing.
    '/etc/modprobe.d/dos.conf': 'blacklist br_netfilter\r\n',
    '/etc/modprobe.d/conntrack.conf': 'blacklist nf_conntrack\n',
    '/etc/sysctl.d/10-first.conf': 'net.bridge.bridge-nf-call-ip6tables = 1\n',
    '/etc/sysctl.d/50-cni.conf': 'net.bridge.bridge-nf-call-iptables = 1\n',
    '/etc/sysctl.d/60-dos.conf': '# written by an editor for DOS\r\n-net/ipv6/conf/all/forwarding = 1\r\n',
    '/etc/sysctl.d/90-last.conf': '# hardening\n\nnet.bridge.bridge-nf-call-ip6tables = 0\n',
    '/etc/sysctl.d/k8s.conf': 'net.ipv4.ip_forward = 1\n',
    '/etc/sysctl.conf': 'net.ipv4.ip_forward = 0\nnet.bridge.bridge-nf-call-iptables = 0\n',
  },
  states: [
    {
      name: 'a name in modules-load.d loads a module, also with a dash; a DOS file in modprobe.d denies nothing',
      rule: 'br-netfilter',
      actual: 'present',
      source: { file: K8S_MODULES, line: 2 },
    },
    {
      name: 'of two files in sysctl.d the one with the later name wins',
      rule: 'bridge-nf-call-ip6tables',
      actual: '0',
      source: { file: '/etc/sysctl.d/90-last.conf', line: 3 },
    },
    {
      name: '/etc/sysctl.conf beats 50-cni.conf, because 99-sysctl.conf leads there',
      rule: 'bridge-nf-call-iptables',
      actual: '0',
      source: { file: '/etc/sysctl.d/99-sysctl.conf', line: 2 },
    },
    {
      name: 'k8s.conf sorts after 99-sysctl.conf, and beats it',
      rule: 'ipv4-forwarding',
      actual: '1',
      source: { file: '/etc/sysctl.d/k8s.conf', line: 1 },
    },
    {
      name: 'slashes, a dash before the key, and carriage returns are all the same to systemd-sysctl',
      rule: 'ipv6-forwarding',
      actual: '1',
      source: { file: '/etc/sysctl.d/60-dos.conf', line: 2 },
    },
    {
      name: 'a deny list does not stop what another module needs',
      rule: 'conntrack-active',
      actual: 'present',
    },
  ],
};

const late: Boot = {
  name: 'br_netfilter denied to systemd-modules-load, and loaded by a unit after the sysctls are set',
  files: {
    ...LATE_MODPROBE,
    [K8S_MODULES]: 'br_netfilter\n',
    '/etc/modprobe.d/deny.conf': 'blacklist br_netfilter\n',
    '/etc/sysctl.d/50-bridge.conf': 'net.bridge.bridge-nf-call-iptables = 0\nnet.bridge.bridge-nf-call-ip6tables = 0\n',
    '/etc/sysctl.d/60-forward.conf': 'net.ipv4.ip_forward = 1\n',
    '/etc/sysctl.d/70-hardening.conf': 'net.ipv4.conf.all.forwarding = 0\n',
    '/usr/lib/sysctl.d/80-ipv6.conf': 'net.ipv6.conf.all.forwarding = 1\n',
    '/etc/sysctl.d/80-ipv6.conf': { link: '/dev/null' },
  },
  states: [
    {
      name: 'modprobe in a unit does not mind the deny list',
      rule: 'br-netfilter',
      actual: 'present',
      source: { agent: LATE_UNIT },
    },
    {
      name: 'a file that sets a key before the key is there says nothing: the 1 of the kernel stays',
      rule: 'bridge-nf-call-iptables',
      actual: '1',
    },
    {
      name: 'conf.all.forwarding is ip_forward by another name, and the last write counts',
      rule: 'ipv4-forwarding',
      actual: '0',
      source: { file: '/etc/sysctl.d/70-hardening.conf', line: 1 },
    },
    {
      name: 'a link to /dev/null in /etc/sysctl.d hides a file of the same name',
      rule: 'ipv6-forwarding',
      actual: '0',
    },
  ],
};

const installed: Boot = {
  name: 'install lines in modprobe.d that load nothing',
  files: {
    ...LATE_MODPROBE,
    '/etc/modules': 'br_netfilter\n',
    '/etc/modprobe.d/hardening.conf': 'install br_netfilter /bin/false\ninstall nf_conntrack /bin/false\n',
    '/etc/sysctl.d/50-forward.conf': 'net.ipv4.ip_forward = 1\nnet.ipv4.ip_forward = 1;\n',
    '/etc/sysctl.d/60-ipv6.conf': 'net.ipv6.conf.*.forwarding = 1\n',
  },
  states: [
    {
      name: 'an install line stops systemd-modules-load and modprobe alike',
      rule: 'br-netfilter',
      actual: 'absent',
      source: { file: '/etc/modprobe.d/hardening.conf', line: 1 },
    },
    {
      name: 'an install line stops a module that another one needs',
      rule: 'conntrack-active',
      actual: 'absent',
      source: { file: '/etc/modprobe.d/hardening.conf', line: 2 },
    },
    {
      name: 'a value that the kernel refuses replaces the line before it all the same',
      rule: 'ipv4-forwarding',
      actual: '0',
    },
    {
      name: 'a pattern sets conf.all too',
      rule: 'ipv6-forwarding',
      actual: '1',
      source: { file: '/etc/sysctl.d/60-ipv6.conf', line: 1 },
    },
  ],
};

const maskedServices: Boot = {
  name: 'both services masked',
  files: {
    '/etc/systemd/system/systemd-modules-load.service': { link: '/dev/null' },
    '/etc/systemd/system/systemd-sysctl.service': { link: '/dev/null' },
    [K8S_MODULES]: 'br_netfilter\n',
    '/etc/sysctl.d/k8s.conf': 'net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n',
  },
  states: [
    {
      name: 'nothing reads modules-load.d while systemd-modules-load.service is masked',
      rule: 'br-netfilter',
      actual: 'absent',
    },
    {
      name: 'nothing reads sysctl.d while systemd-sysctl.service is masked',
      rule: 'ipv4-forwarding',
      actual: '0',
    },
    { name: 'neither for IPv6', rule: 'ipv6-forwarding', actual: '0' },
  ],
};

const maskedFile: Boot = {
  name: 'a list of modules hidden by a link to /dev/null',
  files: {
    '/usr/lib/modules-load.d/cni.conf': 'br_netfilter\n',
    '/etc/modules-load.d/cni.conf': { link: '/dev/null' },
    // Names a module that does not exist: the comment belongs to the name.
    [K8S_MODULES]: 'br_netfilter # for flannel\n',
    '/usr/lib/sysctl.d/50-forward.conf': 'net.ipv4.ip_forward = 0\n',
    '/etc/sysctl.d/50-forward.conf': 'net.ipv4.ip_forward = 0x1\n',
    '/etc/sysctl.d/60-all.conf': 'net.ipv6.conf.*.forwarding = 1\n-net.ipv6.conf.all.forwarding\n',
  },
  states: [
    {
      name: 'the link hides the file of the distribution, and a comment behind a name is none',
      rule: 'br-netfilter',
      actual: 'absent',
    },
    {
      name: 'of two files of one name that in /etc counts, and 0x1 is 1',
      rule: 'ipv4-forwarding',
      actual: '1',
      source: { file: '/etc/sysctl.d/50-forward.conf', line: 1 },
    },
    {
      name: 'a key on a line of its own, with a dash, is exempt from patterns',
      rule: 'ipv6-forwarding',
      actual: '0',
    },
  ],
};

const commandLine: Boot = {
  name: 'words on the kernel command line',
  commandLine: ['sysctl.net.ipv4.ip_forward=1', 'module_blacklist=br_netfilter', 'modprobe.blacklist=nf_conntrack'],
  files: {
    ...LATE_MODPROBE,
    [K8S_MODULES]: 'br_netfilter\n',
    '/etc/sysctl.d/k8s.conf': 'net.ipv6.conf.all.forwarding = 1\n',
  },
  states: [
    {
      name: 'module_blacklist= makes the kernel refuse the module, whoever asks',
      rule: 'br-netfilter',
      actual: 'absent',
      source: { file: '/proc/cmdline' },
    },
    {
      name: 'sysctl.KEY=VALUE counts where no file sets the key',
      rule: 'ipv4-forwarding',
      actual: '1',
      source: { file: '/proc/cmdline' },
    },
    {
      name: 'modprobe.blacklist= does not stop what another module needs',
      rule: 'conntrack-active',
      actual: 'present',
    },
    {
      name: 'files are applied as ever',
      rule: 'ipv6-forwarding',
      actual: '1',
      source: { file: '/etc/sysctl.d/k8s.conf', line: 1 },
    },
  ],
};

export const BOOTS: readonly Boot[] = [early, late, installed, maskedServices, maskedFile, commandLine];
