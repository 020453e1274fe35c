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
    unset: '添加 drop-in 文件，systemd-networkd 下次启动时读取。不要为此重新启动它：正是重新启动会删除这些规则和路由',
  },
};
