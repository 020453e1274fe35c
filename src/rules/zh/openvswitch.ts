import type { Translation } from '../../judge/translation.ts';

export const openvswitch: Translation = {
  rule: 'openvswitch',
  title: '内核支持 Open vSwitch',
  when: 'CNI 是 Antrea、OVN-Kubernetes 或 Kube-OVN',
  from: ['Antrea agent 的 Init 容器'],
  symptoms: ['该节点上 CNI 的 Pod 不断重启或者无法就绪，Pod 得不到网络。'],
  meaning: [
    '这些 CNI 用 Open vSwitch 连接 Pod，它的数据路径是内核模块 `openvswitch`。agent 启动时加载它。',
    '少数内核没有它：自行编译的内核，以及 Google Container-Optimized OS 的某些版本。',
  ],
  needed: [['Antrea、OVN-Kubernetes、Kube-OVN'], ['其他 CNI、CNI 未知']],
};
