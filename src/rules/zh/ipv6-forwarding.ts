import type { Translation } from '../../judge/translation.ts';

export const ipv6Forwarding: Translation = {
  rule: 'ipv6-forwarding',
  title: '节点转发 IPv6 数据包',
  when: '集群使用 IPv6',
  symptoms: [
    'Pod 在同一节点上可以通过 IPv6 互访，跨节点不通。kubeadm 的检查能通过，因为它检查的是 `net.ipv6.conf.default.forwarding`；那是另一个开关，与已经存在的接口无关。',
  ],
  meaning: [
    '只有 `net.ipv6.conf.all.forwarding` 打开时，节点才为 Pod 路由 IPv6 数据包。',
    '如果 `/proc/sys/net/ipv6` 不存在，检查内核命令行上是否有 `ipv6.disable=1`。',
  ],
  caution: [
    '注意顺序：如果节点的默认路由来自路由器通告，并且 `accept_ra` 是 1，启用转发会立即删除这条路由，节点随之失联。`fix` 会先在这些接口上把 `accept_ra` 设为 2：',
  ],
  causes: {
    value: '先处理“修复之前”中的事项，再设为 1；如果 IPv6 被关闭，先设置 `net.ipv6.conf.all.disable_ipv6=0`',
    unset: '在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden: '有一行把它设为 0。排在后面的文件优先；如果仍然无效，删除检查结果指出的那一行',
    undetermined: '如果这个 sysctl 不存在，从内核命令行去掉 `ipv6.disable=1`，或者换一个支持 IPv6 的内核',
  },
  needed: [
    ['IPv6 或双协议栈'],
    ['IP 地址族未知'],
    ['OVN-Kubernetes，Linux 6.17 或更高版本', '它只为自己的接口启用转发'],
    ['只有 IPv4', '没有 IPv6 的节点也是'],
  ],
  now: [
    '读取：节点自己的网络名字空间中的 `net.ipv6.conf.all.forwarding` 和 `net.ipv6.conf.all.disable_ipv6`。前者打开并且后者没有打开时通过。如果集群使用 IPv6，没有 IPv6 的内核算失败。',
  ],
  boot: [
    'k0s 每次启动时都会打开它；在使用 IPv6 的集群上，k3s、RKE2 和 Calico 的 felix 也会。内核命令行上的 `ipv6.disable=1` 会移除这个键：这算失败。启动时关闭 IPv6 也算失败：`net.ipv6.conf.all.disable_ipv6` 为 1，或者命令行上有 `ipv6.disable_ipv6=1`。检查结果会指出是什么关闭了它。',
  ],
};
