import type { Translation } from '../../judge/translation.ts';

export const conntrackHeadroom: Translation = {
  rule: 'conntrack-headroom',
  title: '连接跟踪表还有空间',
  when: '连接跟踪已启用（由 kube-proxy 设置大小时只显示，不警告）',
  from: ['内核日志'],
  symptoms: ['新连接间歇性超时，最先出现在 DNS 上；已经建立的连接正常工作。'],
  meaning: [
    '内核为每个连接（包括 UDP）保存一个条目，直到最后一个数据包之后再过一段时间。表满时，内核丢弃每个新连接的第一个数据包。',
    '这张表由整个节点共用：Pod、节点自身，以及 NodePort 的每个客户端。',
  ],
  causes: {
    value:
      '增大这张表：有 kube-proxy 时在它的配置里设置，否则在 sysctl 文件里设置 `net.netfilter.nf_conntrack_max`；或者缩短超时时间。`conntrack -S` 统计丢弃的数量，`conntrack -L` 显示谁占用了条目',
  },
};
