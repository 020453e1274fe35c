import type { Translation } from '../../judge/translation.ts';

export const ipip: Translation = {
  rule: 'ipip',
  title: 'IP in IP 可用',
  when: 'CNI 用 IP in IP 连接节点',
  symptoms: ['Pod 在同一节点上可以互访，跨节点不通。'],
  meaning: [
    'IP in IP 在节点之间传送 Pod 的数据包。Calico 的清单默认启用它，kube-router 在子网之间使用它。创建隧道时，内核加载模块 `ipip`，同时出现接口 `tunl0`。',
  ],
};
