import type { Translation } from '../../judge/translation.ts';

export const networkmanagerDevices: Translation = {
  rule: 'networkmanager-devices',
  title: 'NetworkManager 不管理 CNI 的网络接口',
  when: 'NetworkManager 正在运行，并且 CNI 是 Calico 或 Canal',
  symptoms: ['缺少通往其他节点上 Pod 的路由，或者隧道接口反复断开。'],
  meaning: [
    '如果没有让 NetworkManager 忽略这些接口，它会管理它们：关闭 Calico 刚刚启用的隧道，或者删除地址和路由。并不是每个节点、每次启动都会发生。',
  ],
  causes: {
    unset: '添加 drop-in 文件，并重新加载 NetworkManager',
  },
  needed: [['Calico、Canal'], ['flannel'], ['其他 CNI；没有 NetworkManager']],
  neededNotes: [
    'NetworkManager 的一条 udev 规则排除 `veth`，但不排除隧道：这里不算。如果 Pod 已经在运行，可能需要重启节点。',
  ],
  now: [
    '读取：`NetworkManager.conf` 和 `conf.d` 目录，按 NetworkManager 的方式合并：`[keyfile]` 的 `unmanaged-devices` 和 `[device…]` 的 `managed`。',
  ],
};
