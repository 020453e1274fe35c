import type { Translation } from '../../judge/translation.ts';

export const geneve: Translation = {
  rule: 'geneve',
  title: 'Geneve 可用',
  when: 'CNI 用 Geneve 连接节点，或者节点有 Geneve 接口',
  from: ['ovs-vswitchd'],
  symptoms: ['Pod 在同一节点上可以互访，跨节点不通。'],
  meaning: [
    '对于使用 Open vSwitch 的 CNI，以及按此配置的 Cilium，Geneve 在节点之间传送 Pod 的数据包。创建接口时，内核加载模块 `geneve`。',
  ],
  needed: [
    ['后端已知是 Geneve'],
    ['节点有接口 genev_sys_6081 或 cilium_geneve'],
    ['OVN-Kubernetes；Antrea，模式未知', '两者都可以不用 overlay 网络'],
    ['其他后端、其他 CNI、CNI 未知'],
  ],
};
