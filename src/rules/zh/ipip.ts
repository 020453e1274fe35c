import type { Translation } from '../../judge/translation.ts';

export const ipip: Translation = {
  rule: 'ipip',
  title: 'IP in IP 可用',
  when: 'CNI 用 IP in IP 连接节点',
  symptoms: ['Pod 在同一节点上可以互访，跨节点不通。'],
  meaning: [
    'IP in IP 在节点之间传送 Pod 的数据包。Calico 的清单默认启用它，kube-router 在子网之间使用它。创建隧道时，内核加载模块 `ipip`，同时出现接口 `tunl0`。',
  ],
  needed: [
    ['后端已知是 IP in IP'],
    ['Calico 或 kube-router，后端未知，节点有 tunl0'],
    ['没有 tunl0（VXLAN、eBPF、不用 overlay 网络）、其他后端、其他 CNI、CNI 未知'],
  ],
  neededNotes: ['因此，只有后端已知时，才能发现没有这个模块的内核。如果 Calico 不再使用它，`tunl0` 会保留到下次启动。'],
};
