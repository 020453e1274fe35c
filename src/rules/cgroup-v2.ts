import { place } from '../facts/origin.ts';
import { existingPath } from '../judge/existing-path.ts';
import { KUBELET_FILES, kubeletSetting } from '../judge/kubelet-setting.ts';
import { info, type Rule, required, skip } from '../judge/rule.ts';

/** From 1.35 on, the kubelet does not start on cgroup v1 unless configured to. The version of a node's kubelet is unknown here. */
export const cgroupV2: Rule = {
  id: 'cgroup-v2',
  aliases: ['failCgroupV1', 'cgroup-v1'],
  title: 'The node runs cgroup v2',
  reads: { files: KUBELET_FILES },

  applies(_, facts) {
    const setting = kubeletSetting(facts, 'failCgroupV1', '');
    if (setting?.value === 'false') return skip('the kubelet is told to run on cgroup v1, too (failCgroupV1: false)');
    return setting?.value === 'true'
      ? required(`the kubelet does not start otherwise: ${place(setting)} sets failCgroupV1`)
      : info('a kubelet of 1.35 or later does not start on cgroup v1 by default');
  },

  requires: existingPath(
    '/sys/fs/cgroup/cgroup.controllers',
    'cgroup v2',
    'Put `systemd.unified_cgroup_hierarchy=1` on the kernel command line and reboot; until then set `failCgroupV1: false` in the ' +
      "kubelet's configuration",
  ),

  explain: {
    when: "the kubelet's configuration has failCgroupV1: true (only shown, never a warning, where it does not say)",
    messages: [
      {
        text: 'kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported and will be removed in a future release',
        from: 'the kubelet, which then exits',
      },
    ],
    symptoms: ['After an upgrade to Kubernetes 1.35 the node stays NotReady.'],
    meaning: [
      'Since Kubernetes 1.35 `failCgroupV1` is true by default. On a node with cgroup v1, or with both (a hybrid, whose `/sys/fs/cgroup` is not cgroup v2), the kubelet then does not start. Examples are RHEL 8 and ' +
        'its family, Amazon Linux 2, and newer systems with `systemd.unified_cgroup_hierarchy=0` on the kernel command line.',
    ],
    needed: [
      { cluster: 'failCgroupV1 is true in the configuration file', verdict: 'required' },
      { cluster: 'the file does not say, or was not found', verdict: 'info: the version of the kubelet is not read' },
      { cluster: 'failCgroupV1 is false', verdict: 'skipped' },
    ],
    sources: {
      issues: ['NVIDIA/OpenShell#360', 'kubernetes/system-validators#59', 'kubernetes/node-problem-detector#1161'],
      references: [
        {
          title: 'Kubernetes enhancement 5573',
          url: 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/5573-cgroup-v1-unsupported',
        },
      ],
    },
  },
};
