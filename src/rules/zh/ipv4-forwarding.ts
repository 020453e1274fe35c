import type { Translation } from '../../judge/translation.ts';

export const ipv4Forwarding: Translation = {
  rule: 'ipv4-forwarding',
  title: '节点转发 IPv4 数据包',
  when: '集群使用 IPv4',
  from: ['kubeadm'],
  symptoms: [
    '节点加入集群以后才出现：Pod 无法访问节点之外，CoreDNS 连不上 API 服务器，或者网桥上的 Service 不通。它常常自行消失，因为 `bridge` 插件在节点的第一个 Pod 启动时启用转发；重启后又会出现。',
  ],
  meaning: [
    '节点为自己的 Pod 路由数据包，而内核只在这个开关打开时才转发。`net.ipv4.conf.all.forwarding` 是同一个开关的另一个名字。',
    '内核的默认值是 0：要么没有程序或文件启用它，要么有一行（例如 `/etc/sysctl.conf` 中的 `net.ipv4.ip_forward = 0`）又把它禁用了。在某些系统（wicked）上，重新启动网络服务也会禁用它。',
    '每个网络接口还有自己的开关：只有数据包进入的那个接口的开关打开时，数据包才会被转发。`ip_forward` 改变时会设置所有接口；之后出现的接口采用 `net.ipv4.conf.default.forwarding`。因此 `net.ipv4.conf.default.forwarding = 0` 这样的一行（RHEL 10 的 CIS 配置）会使 Pod 的网桥不转发，尽管 `ip_forward` 是 1。',
  ],
  causes: {
    value: '设为 1；如果检查结果指出了写入 0 的那一行，删除它',
    unset: '在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden:
      '有一行把它设为 0。排在后面的文件优先（`/etc/sysctl.d/99-zz-netprereq.conf` 排在 `99-sysctl.conf` 之后）；如果仍然无效，检查结果会指出必须删除哪一行',
  },
  needed: [
    ['使用 IPv4，CNI 不是下面几种（已知或未知）；也包括 Cilium，它只打开自己的接口'],
    [
      'Cilium，其 ConfigMap 说明由 BPF 路由，并且是 Linux 5.10 或更高版本',
      'ConfigMap 不能说明 Cilium 何时回退到由内核转发',
    ],
    ['OVN-Kubernetes', '它只为自己的接口启用转发'],
    ['只有 IPv6'],
  ],
  now: [
    '读取：节点自己的网络名字空间中的 `net.ipv4.ip_forward`。除 0 以外的任何数都表示打开。检查结果会指出把它设为 0 的行，以及把它设为 1 但不起作用的行。',
    '还读取哪些接口不转发。如果其中有默认路由所在的接口、Pod 的网桥、overlay 接口或 Pod 的接口，就失败；其他接口（本地回路、`docker0`、网桥的端口、管理用的接口）没有影响。如果还没有 Pod 的网桥，`net.ipv4.conf.default.forwarding` 也必须打开，除非 CNI 为每个 Pod 打开它（Calico；Cilium 只为自己的接口打开）。',
  ],
  boot: [
    'k3s、RKE2、k0s、Talos、Calico 的 felix（包括 Canal 中的）和 ipvs 模式的 kube-proxy 每次启动时都会打开它：这算通过，检查结果会指出它们。`bridge` 插件不算：它要等到第一个 Pod。`ip_forward` 和 `conf.all.forwarding` 是同一个变量，最后一次写入有效。如果最后是 1，那么最后出现的 Pod 网桥和默认路由所在的接口最后也必须是 1。',
  ],
};
