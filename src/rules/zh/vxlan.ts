import type { Translation } from '../../judge/translation.ts';

export const vxlan: Translation = {
  rule: 'vxlan',
  title: 'VXLAN 可用',
  when: 'CNI 用 VXLAN 连接节点',
  from: ['flanneld（随后不断重启）', 'k3s（随后退出）'],
  symptoms: ['节点一直是 NotReady，这个节点上的 Pod 网络不能启动。'],
  meaning: [
    'VXLAN 在节点之间传送 Pod 的数据包。CNI 创建 VXLAN 接口时，内核为它加载模块 `vxlan`。',
    '少数内核把这个模块放在单独的软件包里：Ubuntu 21.10 到 23.10 的树莓派版（`linux-modules-extra-raspi`），以及自行编译时没有包含它的内核。',
  ],
  needed: [
    ['flannel 或 Canal，后端是 vxlan'],
    ['flannel、Canal 或 Cilium，后端未知'],
    ['其他后端（host-gw、wireguard 等）、其他 CNI、CNI 未知'],
  ],
  neededNotes: [
    '后端从 flannel 和 Canal 的配置以及节点的注解中读取。Calico、Antrea 和 Weave Net 也可以使用 VXLAN；本规则不读取它们是否使用，因此不检查它们。',
  ],
};
