import type { Translation } from '../../judge/translation.ts';

export const bridgeNfCallIptables: Translation = {
  rule: 'bridge-nf-call-iptables',
  title: '经过网桥的 IPv4 数据包会到达 netfilter',
  when: 'Pod 在 Linux 网桥上，并且集群使用 IPv4',
  from: ['kubeadm 1.29 及更早版本', 'kube-proxy 1.28 及更早版本'],
  symptoms: [
    '现在通常没有任何提示：没有组件报告这个问题。除了运行 CoreDNS 的节点，其他节点都能解析域名；如果 Service 的 Pod 恰好与客户端在同一节点上，访问会超时，否则正常；在 `cni0` 上可以看到 SYN 发往 Service 的地址，而应答来自 Pod 的地址。同一节点上的 Pod 之间，NetworkPolicy 不起作用。',
  ],
  meaning: [
    '加载 br_netfilter 之后，这个开关决定经过网桥的 IPv4 数据包是否交给 netfilter。关闭时，同一节点上的 Pod 的应答直接回到客户端，源地址不正确。',
    '内核的初始值是 1。如果是 0，说明它被改成了 0：可能来自发行版的 sysctl 文件、libvirt、加固指南、tuned，或者某个管理员。',
  ],
  caution: ['它对节点的所有网桥生效，包括虚拟机和 Docker 的网桥：见 `br-netfilter`。'],
  causes: {
    value: '设为 1；如果检查结果指出了可能写入 0 的那一行，删除它',
    overridden:
      '某个文件的一行把它设为 0：排在后面的文件优先（`/etc/sysctl.d/99-zz-netprereq.conf` 排在 `99-sysctl.conf` 之后）；如果仍然无效，检查结果会指出必须删除哪一行',
  },
};
