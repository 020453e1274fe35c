import type { Translation } from '../../judge/translation.ts';

export const neighbourTable: Translation = {
  rule: 'neighbour-table',
  title: '邻居表还有空间',
  when: '自启动以来，邻居表溢出过（没有溢出过时仅显示，不警告）',
  from: ['内核日志', 'ip neigh'],
  symptoms: ['与某些 Pod 或节点的连接立即失败或者间歇性失败，许多 Pod 同时启动时尤其明显。'],
  meaning: [
    '内核为每个通信的邻居保存链路层地址，IPv4 和 IPv6 各一张表，由节点的所有网络名字空间共用。条目达到 `gc_thresh3`（默认 1024）时，内核拒绝新条目。每个 Pod 在两端的名字空间中都占用条目。',
  ],
  causes: {
    value:
      '在 sysctl 文件里增大 `net.ipv4.neigh.default` 或 `net.ipv6.neigh.default` 下的 `gc_thresh1`、`gc_thresh2` 和 `gc_thresh3`；在初始网络名字空间中设置，对所有名字空间生效',
  },
  needed: [['自启动以来溢出过、并且超过 80% 的表'], ['没有溢出过的表，不论有多少条目']],
  neededNotes: [
    '永久条目（flannel、Cilium）也计算在内，尽管从 Linux 5.0 起它们不受上限限制。如果内核不统计溢出次数，仅显示，不警告。',
  ],
  now: [
    '读取：`/proc/net/stat/arp_cache` 和 `ndisc_cache` 中的条目数，以及 `net.ipv4.neigh.default` 和 `net.ipv6.neigh.default` 的 `gc_thresh3`。',
  ],
};
