import type { Translation } from '../../judge/translation.ts';

export const wireguard: Translation = {
  rule: 'wireguard',
  title: 'WireGuard 可用',
  when: 'CNI 用 WireGuard 连接节点，或者节点有 WireGuard 接口',
  from: ['k3s（随后退出）'],
  symptoms: ['flanneld 不断重启。Calico 和 Cilium 继续运行，但数据包不加密，或者根本不发送。'],
  meaning: [
    'WireGuard 在节点之间加密传送 Pod 的数据包。创建接口时，内核加载模块 `wireguard`。它从 Linux 5.6 起是内核的一部分；更早的内核只有在发行版或 DKMS 软件包提供时才有。',
  ],
  needed: [
    ['flannel 的 wireguard 后端（k3s 中是 wireguard-native）'],
    ['节点有 flannel、Calico、Cilium 或 Antrea 的 WireGuard 接口'],
    ['其他所有情况'],
  ],
  neededNotes: [
    '本规则不读取 Calico、Cilium 或 Antrea 是否配置了加密。如果接口从来没有创建成功，这样的节点不会被发现。wireguard-go 的接口不需要模块，但看起来与内核的接口一样。',
  ],
};
