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
      '某个文件的一行把它设为 0。排在后面的文件优先（`/etc/sysctl.d/99-zz-netprereq.conf` 排在 `99-sysctl.conf` 之后）；如果仍然无效，检查结果会指出必须删除哪一行',
  },
  needed: [
    ['Pod 在网桥上并且使用 IPv4，不论 kube-proxy 是哪种模式'],
    ['CNI 未知，节点上也看不出来'],
    ['Pod 不在网桥上，或者没有 IPv4'],
  ],
  neededNotes: ['哪些 CNI 的 Pod 在网桥上：见 `br-netfilter`。'],
  now: [
    '读取：`net.bridge.bridge-nf-call-iptables`，以及每个连接 Pod 的网桥的 `/sys/class/net/BRIDGE/bridge/nf_call_iptables`。如果前者打开，或者后者全部打开，就通过：对内核来说，满足其中之一即可。除 0 以外的任何数都表示打开。',
  ],
  boot: [
    'br_netfilter 加载之后，这个键才存在。如果加载发生在 systemd-sysctl 运行之前，或者有 udev 规则再次运行 systemd-sysctl，文件中的行才会生效；否则这一行被跳过，没有报错，内核的初始值 1 保持不变。k3s、RKE2（使用 kube-proxy 或 flannel）、k0s、Talos 和 kube-router 每次启动时都会打开它：这算通过，检查结果会指出它们。',
  ],
};
