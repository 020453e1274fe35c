import type { Translation } from '../../judge/translation.ts';

export const bridgeNfCallIp6tables: Translation = {
  rule: 'bridge-nf-call-ip6tables',
  title: '经过网桥的 IPv6 数据包会到达 netfilter',
  when: 'Pod 在 Linux 网桥上，并且集群使用 IPv6',
  symptoms: [
    '双协议栈 Service 通过 IPv4 可以访问，通过 IPv6 超时，但只发生在 Service 的 Pod 所在的节点上。',
    '启用 `EnableIPv6` 的 flannel 在文件不存在时会退出。',
  ],
  meaning: [
    '与 `bridge-nf-call-iptables` 相同，但用于 IPv6；两者互相独立：每个地址族有自己的开关。',
    '内核的初始值是 1；如果是 0，说明有程序或配置把它改成了 0。',
  ],
  caution: ['它对节点的所有网桥生效，包括虚拟机和 Docker 的网桥：见 `br-netfilter`。'],
  causes: {
    value: '设为 1；如果检查结果指出了可能写入 0 的那一行，删除它',
    overridden: '某个文件的一行把它设为 0。排在后面的文件优先；如果仍然无效，删除检查结果指出的那一行',
  },
  needed: [
    ['Pod 在网桥上，并且使用 IPv6 或双协议栈'],
    ['CNI 或 IP 地址族未知'],
    ['Pod 不在网桥上，或者只有 IPv4', '尽管文件在那里也存在'],
  ],
  neededNotes: ['哪些 CNI 的 Pod 在网桥上：见 `br-netfilter`。'],
  now: [
    '读取：`net.bridge.bridge-nf-call-ip6tables`，以及每个连接 Pod 的网桥的 `/sys/class/net/BRIDGE/bridge/nf_call_ip6tables`。如果前者打开，或者后者全部打开，就通过。',
  ],
  boot: [
    '与 `bridge-nf-call-iptables` 一样，只有 br_netfilter 在应用文件之前加载，其中的行才有效。k0s 和 Talos 每次启动时都会打开它；在使用 IPv6 的集群上，k3s、RKE2（使用 kube-proxy 或 flannel）和 kube-router 也会。',
  ],
};
