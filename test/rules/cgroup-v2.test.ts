import { expect } from 'vitest';
import { cgroupV2 } from '../../src/rules/cgroup-v2.ts';
import { file } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

const PATH = '/sys/fs/cgroup/cgroup.controllers';
const kubelet = (...lines: string[]) => ({
  files: [file('/var/lib/kubelet/config.yaml', 'kind: KubeletConfiguration', ...lines)],
});
const v1 = { paths: { [PATH]: false } };
const v2 = { paths: { [PATH]: true } };

ruleTester(cgroupV2, [
  { name: 'passes on cgroup v2', node: v2, expected: { verdict: 'pass', severity: 'info', now: { verdict: 'pass' } } },
  {
    name: 'only tells of cgroup v1 while nobody knows whether the kubelet refuses it',
    node: { ...v1, ...kubelet() },
    expected: {
      verdict: 'pass',
      severity: 'info',
      now: { verdict: 'fail', actual: 'absent' },
      message: `cgroup v2 is not available: ${PATH} does not exist`,
    },
  },
  {
    name: 'fails on cgroup v1 where the kubelet is told to refuse it, and names the line',
    node: { ...v1, ...kubelet('failCgroupV1: true') },
    expected: {
      verdict: 'fail',
      severity: 'required',
      why: expect.stringContaining('/var/lib/kubelet/config.yaml:2 sets failCgroupV1'),
      now: { verdict: 'fail', cause: 'value' },
      remedy: [expect.stringMatching(/^Put systemd\.unified_cgroup_hierarchy=1 on the kernel command line/)],
    },
  },
  {
    name: 'fails on a hybrid, in which cgroup v2 is mounted below /sys/fs/cgroup',
    misleads: 'mount -t cgroup2',
    node: {
      paths: { [PATH]: false, '/sys/fs/cgroup/unified/cgroup.controllers': true },
      ...kubelet('failCgroupV1: true'),
    },
    expected: { verdict: 'fail', now: { actual: 'absent' } },
  },
  {
    name: 'does not concern a kubelet that is told to accept cgroup v1',
    node: { ...v1, ...kubelet('failCgroupV1: false') },
    expected: { verdict: 'skip' },
  },
  {
    name: 'is unknown where it could not be read and the kubelet refuses cgroup v1',
    node: kubelet('failCgroupV1: true'),
    expected: {
      verdict: 'unknown',
      message: `whether ${PATH} exists is not known`,
      now: { cause: 'undetermined' },
      remedy: [],
    },
  },
  {
    name: 'only tells that it is unknown elsewhere',
    node: {},
    expected: { verdict: 'pass', now: { verdict: 'unknown' } },
  },
]);
