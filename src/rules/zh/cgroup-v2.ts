import type { Translation } from '../../judge/translation.ts';

export const cgroupV2: Translation = {
  rule: 'cgroup-v2',
  title: '节点使用 cgroup v2',
  when: 'kubelet 的配置中有 failCgroupV1: true（没有写明时仅显示，不警告）',
  from: ['kubelet（随后退出）'],
  symptoms: ['升级到 Kubernetes 1.35 之后，节点一直是 NotReady。'],
  meaning: [
    '从 Kubernetes 1.35 起，`failCgroupV1` 默认为 true。使用 cgroup v1 的节点，或者两者并用的节点（混合模式，`/sys/fs/cgroup` 不是 cgroup v2），kubelet 不能启动。例如 RHEL 8 系列、Amazon Linux 2，以及内核命令行上有 `systemd.unified_cgroup_hierarchy=0` 的较新系统。',
  ],
  causes: {
    value:
      '在内核命令行上加 `systemd.unified_cgroup_hierarchy=1` 并重启节点；在此之前，在 kubelet 的配置中设置 `failCgroupV1: false`',
  },
  needed: [
    ['配置文件中 failCgroupV1 为 true'],
    ['文件没有写明，或者没有找到文件', '不知道 kubelet 的版本'],
    ['failCgroupV1 为 false'],
  ],
};
