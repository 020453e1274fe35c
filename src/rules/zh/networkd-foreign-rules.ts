import type { Translation } from '../../judge/translation.ts';

export const networkdForeignRules: Translation = {
  rule: 'networkd-foreign-rules',
  title: 'systemd-networkd 重新启动时保留其他程序的路由规则和路由',
  when: 'systemd-networkd 正在运行，并且 CNI 是 AWS VPC CNI 或 kube-router',
  symptoms: ['更新 systemd 或执行 `netplan apply` 之后，一个节点上的所有 Pod 同时失去网络。'],
  meaning: [
    'systemd-networkd 从 248 版起，在启动时和重新配置接口时，会删除不是它自己创建的路由规则，以及它管理的接口上的路由。更新 systemd 会重新启动它。正在运行的 Pod 会一直不通，直到重新创建。',
  ],
  causes: {
    unset: '添加 drop-in 文件，systemd-networkd 下次启动时读取。不要为此重新启动它，正是重新启动会删除这些规则和路由',
  },
  needed: [
    ['AWS VPC CNI、kube-router'],
    ['Cilium、Calico、Azure CNI、CNI 未知；systemd 248 之前的版本'],
    ['其他 CNI；没有 systemd-networkd'],
  ],
  neededNotes: [
    'Cilium 和 Calico 会恢复它们。Cilium 从 1.14 起把自己的规则和路由标记为内核的，networkd 不会删除。Flatcar 和 Amazon Linux 2023 默认就有正确的设置。',
    '如果 systemd-networkd 不管理任何接口，它不会删除任何东西。本规则不读取它是否管理接口。',
  ],
  now: ['读取：`networkd.conf` 及其 drop-in 文件，按 systemd 的方式合并。两个开关都必须是 `no`。'],
};
