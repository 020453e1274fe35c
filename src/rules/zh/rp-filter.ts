import type { Translation } from '../../judge/translation.ts';

export const rpFilter: Translation = {
  rule: 'rp-filter',
  title: 'Cilium 的网络接口关闭了反向路径过滤',
  when: 'CNI 是 Cilium，并且集群使用 IPv4',
  symptoms: [
    'Pod 无法访问节点之外，或者某一个方向的数据包全部丢失。`nstat -az TcpExtIPReversePathFilter` 统计被丢弃的数据包。',
  ],
  meaning: [
    '打开反向路径过滤后，如果内核不会从同一个接口（1，严格）或者任何接口（2，宽松）把应答路由回去，就会丢弃这个数据包。Cilium 用 eBPF 转发数据包，路由表中看不到回程的路由。',
    '内核取 `conf.all` 与接口自己的值中较大的一个。systemd 245 及更高版本在多个发行版上设置了 `net.ipv4.conf.*.rp_filter = 2`，并应用到每个新接口：之后启动的每个 Pod 的接口都会打开过滤。',
  ],
  causes: {
    value:
      '重新启动该节点上 Cilium agent 的 Pod，它的 Init 容器（1.13 及更高版本）会写入文件，并让 systemd-sysctl 应用它',
    overridden:
      '有一行或一个通配符模式在新接口上打开过滤，检查结果会指出它。`99-zzz-override_cilium.conf` 中的行必须排在后面；最后一行有效',
  },
  needed: [
    ['Cilium，使用 IPv4 或双协议栈'],
    ['Cilium，但节点上还没有它的接口，或者检查的是镜像'],
    ['只有 IPv6（这种过滤只用于 IPv4）'],
    ['其他 CNI、CNI 未知'],
  ],
  neededNotes: [
    'Cilium 1.13 及更高版本的 agent 启动时写入 `/etc/sysctl.d/99-zzz-override_cilium.conf`，除非 `sysctlfix.enabled` 为 false：在 Cilium 第一次在节点上启动之前，没有什么可以判断。',
    'Cilium 在它创建的每个接口上关闭过滤：`conf.default` 没有影响，只有 systemd 之后应用的内容有影响。',
    '有意跳过其他 CNI：Calico 用自己的规则检查反向路径，并接受 2；AWS VPC CNI、Antrea 和 OVN-Kubernetes 自己设置需要的值。',
  ],
  now: [
    '读取：现有接口的 `net.ipv4.conf.{lxc*,cilium_*}.rp_filter`，以及 `net.ipv4.conf.all.rp_filter`：取两者中较大的值，必须是 0。',
  ],
  boot: ['针对启动之后出现的接口模拟：先是 CNI 写入的 0，然后是 systemd 对每个新接口应用的行和通配符模式。'],
};
