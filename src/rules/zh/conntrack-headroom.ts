import type { Translation } from '../../judge/translation.ts';

export const conntrackHeadroom: Translation = {
  rule: 'conntrack-headroom',
  title: '连接跟踪表还有空间',
  when: '连接跟踪已启用（由 kube-proxy 设置大小时仅显示，不警告）',
  from: ['内核日志'],
  symptoms: ['新连接间歇性超时，最先出现在 DNS 上；已经建立的连接正常工作。'],
  meaning: [
    '内核为每个连接（包括 UDP）保存一个条目，直到最后一个数据包之后再过一段时间。表满时，内核丢弃每个新连接的第一个数据包。',
    '这张表由整个节点共用：Pod、节点自身，以及 NodePort 的每个客户端。',
  ],
  causes: {
    value:
      '增大这张表。有 kube-proxy 时在它的配置里设置，否则在 sysctl 文件里设置 `net.netfilter.nf_conntrack_max`；或者缩短超时时间。`conntrack -S` 统计丢弃的数量，`conntrack -L` 显示谁占用了条目',
  },
  needed: [
    ['没有 kube-proxy，或者它的模式未知'],
    ['任何模式的 kube-proxy', '由 kube-proxy 设置大小'],
    ['连接跟踪没有启用，或者没有上限', '见 `conntrack-active`'],
  ],
  neededNotes: [
    'kube-proxy 启动时设置 `nf_conntrack_max`：每个核 32768，至少 131072。这时 sysctl 文件中的行不能持久：请在它的配置中修改 `conntrack.maxPerCore` 和 `conntrack.min`。设为 `maxPerCore: 0` 时，它不设置大小。',
    '替代 kube-proxy 的 Cilium 有自己的表（`bpf-ct-global-tcp-max`），本规则不读取。',
  ],
  now: [
    '读取：节点自己的网络名字空间中的 `net.netfilter.nf_conntrack_count`。它必须小于 `net.netfilter.nf_conntrack_max` 的 80%。',
  ],
};
