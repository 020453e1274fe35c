import { expect, test } from 'vitest';
import { KERNEL_FAULTS } from '../../src/judge/kernel-faults.ts';
import { knownKernels } from '../../src/rules/known-kernels.ts';
import { ruleTester } from './rule-tester.ts';

const kernel = (release: string) => ({ kernel: { release } });
const nftables = { kubeProxyMode: 'nftables' } as const;
const vxlan = { cniBackend: 'vxlan' };
const cilium = { cni: 'cilium', kubeProxyMode: 'none' } as const;
const pass = { verdict: 'pass', severity: 'info', now: { verdict: 'pass' } } as const;
const told = { verdict: 'pass', severity: 'info', now: { verdict: 'fail' } } as const;
const warn = { verdict: 'warn', severity: 'recommended', now: { verdict: 'fail', cause: 'value' } } as const;

ruleTester(knownKernels, [
  {
    name: 'warns of a kernel that a report names, with the report and what helps',
    node: kernel('6.8.0-57-generic'),
    expected: {
      ...warn,
      message:
        'kernel 6.8.0-57-generic is known to break kube-proxy with IPv6: ip6tables-restore refuses the target MARK (unknown option xor-mark)',
      why: expect.stringContaining('https://github.com/rancher/rke2/issues/8042'),
      remedy: ['For kube-proxy with IPv6: install a later kernel of the same series'],
    },
  },
  { name: 'passes the next one of the series', node: kernel('6.8.0-58-generic'), expected: pass },
  {
    name: 'does not take the 6.8.0 of Ubuntu for a 6.8 of its own range, nor 5.15.0-168 for 5.15.168',
    misleads: 'uname -r',
    node: kernel('5.15.0-168-generic'),
    expected: pass,
  },
  { name: 'warns of the first of a range', node: kernel('6.6.57-talos'), expected: warn },
  { name: 'warns of the last of it', node: kernel('6.6.58-1-lts'), expected: warn },
  { name: 'passes the one before it', node: kernel('6.6.56-1-lts'), expected: pass },
  { name: 'passes the one after it', node: kernel('6.6.59-1-lts'), expected: pass },
  { name: 'takes 6.11.10 for newer than 6.11.4', node: kernel('6.11.10-200.fc40.x86_64'), expected: pass },
  {
    name: 'does not concern a kube-proxy that programs no ip6tables rules',
    node: kernel('6.6.57'),
    profile: nftables,
    expected: pass,
  },
  {
    name: 'warns of a kernel that kube-proxy in mode nftables refuses',
    node: kernel('5.4.0-187-generic'),
    profile: nftables,
    expected: warn,
  },
  { name: 'passes the first that it accepts', node: kernel('5.13.0'), profile: nftables, expected: pass },
  {
    name: 'only tells of VXLAN on an old kernel, which may have been mended',
    node: kernel('4.18.0-553.el8_10.x86_64'),
    profile: vxlan,
    expected: told,
  },
  {
    name: 'only tells of Cilium on a new kernel, which a newer Cilium takes',
    node: kernel('7.2.5-1-default'),
    profile: cilium,
    expected: told,
  },
  { name: 'passes Cilium on the kernel before', node: kernel('7.1.9-1-default'), profile: cilium, expected: pass },
  { name: 'passes a release that is none', node: kernel('next'), expected: pass },
  {
    name: 'does not concern a node whose release was not read',
    node: { kernel: { release: undefined } } as never,
    expected: { verdict: 'skip' },
  },
]);

test.for(KERNEL_FAULTS.map((fault) => [fault.issue, fault] as const))(
  '%s names releases or a range, never both',
  ([, fault]) => {
    const { from, before, releases } = fault;
    expect(releases === undefined).toBe(from !== undefined || before !== undefined);
  },
);
