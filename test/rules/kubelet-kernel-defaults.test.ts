import { expect } from 'vitest';
import { kubeletKernelDefaults } from '../../src/rules/kubelet-kernel-defaults.ts';
import { file, unreadable, value } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const VALUES = {
  'vm.overcommit_memory': '1',
  'vm.panic_on_oom': '0',
  'kernel.panic': '10',
  'kernel.panic_on_oops': '1',
  'kernel.keys.root_maxkeys': '1000000',
  'kernel.keys.root_maxbytes': '25000000',
};
const KUBEADM = '/var/lib/kubelet/config.yaml';
const on = [file(KUBEADM, 'kind: KubeletConfiguration', 'protectKernelDefaults: true')];
const lines = Object.entries(VALUES).map(([key, text]) => `${key} = ${text}`);
const kept = { sysctl: [file('/etc/sysctl.d/90-kubelet.conf', ...lines)] };
const sysctls = (other: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries({ ...VALUES, ...other }).map(([key, text]) => [key, value(text)]));

ruleTester(kubeletKernelDefaults, [
  {
    name: 'passes with all six values, and a file that keeps them',
    node: { sysctls: sysctls(), files: on, boot: kept },
    expected: { verdict: 'pass', severity: 'required', boot: { verdict: 'pass' } },
  },
  {
    name: 'fails with two other values, names both, and what to type for both',
    node: { sysctls: sysctls({ 'vm.overcommit_memory': '0', 'kernel.panic': '0' }), files: on, boot: {} },
    expected: {
      verdict: 'fail',
      now: { expected: '1', actual: '0', cause: 'value' },
      message: 'vm.overcommit_memory is 0; kernel.panic is 0',
      why: expect.stringContaining(`${KUBEADM}:2 sets protectKernelDefaults`),
      remedy: expect.arrayContaining(['sysctl -w vm.overcommit_memory=1', 'sysctl -w kernel.panic=10']),
    },
  },
  {
    name: 'warns where they were set by hand: the node works until it is rebooted',
    misleads: 'sysctl',
    node: { sysctls: sysctls(), files: on, boot: { sysctl: [file('/etc/sysctl.d/x.conf', ...lines.slice(1))] } },
    expected: { verdict: 'warn', boot: { verdict: 'fail', expected: '1', actual: '0' } },
  },
  {
    name: 'warns where a later file sets one of them otherwise, and names the line',
    node: {
      sysctls: sysctls(),
      files: on,
      boot: { sysctl: [...kept.sysctl, file('/etc/sysctl.d/99-db.conf', 'vm.overcommit_memory = 2')] },
    },
    expected: {
      verdict: 'warn',
      boot: { verdict: 'fail', actual: '2', source: { file: '/etc/sysctl.d/99-db.conf', line: 1 } },
    },
  },
  {
    name: 'reads JSON in one line',
    node: {
      sysctls: sysctls({ 'vm.panic_on_oom': '1' }),
      files: [file('/etc/default/kubeletconfig.json', '{"kind":"KubeletConfiguration","protectKernelDefaults":true}')],
    },
    expected: { verdict: 'fail', message: 'vm.panic_on_oom is 1' },
  },
  {
    name: 'does not concern a kubelet that sets them itself',
    node: { sysctls: sysctls({ 'kernel.panic': '0' }), files: [file(KUBEADM, 'kind: KubeletConfiguration')] },
    expected: { verdict: 'skip', message: expect.stringContaining('protectKernelDefaults is off') },
  },
  {
    name: 'does not concern a node with two files that differ, of which the kubelet has one',
    node: {
      sysctls: sysctls({ 'kernel.panic': '0' }),
      files: [...on, file('/etc/kubernetes/kubelet-config.yaml', 'kind: KubeletConfiguration')],
    },
    expected: { verdict: 'skip' },
  },
  ...[[], undefined, [{ path: KUBEADM, kind: 'unreadable' as const, lines: [] }]].map((files) => ({
    name: `does not concern a node ${files === undefined ? 'whose files were not read' : files.length > 0 ? 'whose file cannot be read' : 'without such a file'}`,
    node: { sysctls: sysctls({ 'kernel.panic': '0' }), ...(files && { files }) },
    expected: { verdict: 'skip' as const, message: expect.stringContaining('not found or read') },
  })),
  {
    name: 'is unknown where one of them could not be read',
    node: { sysctls: { ...sysctls(), 'kernel.panic': unreadable }, files: on, boot: kept },
    expected: { verdict: 'unknown' },
  },
]);
