import type { Translation } from '../../judge/translation.ts';

export const iptablesLegacy: Translation = {
  rule: 'iptables-legacy',
  title: '正在使用的 iptables 旧版（legacy）表在重启之后仍然可用',
  when: '节点上有程序以旧版（legacy）模式使用 iptables',
  from: ['旧版（legacy）模式的 iptables'],
  symptoms: ['重启进入新内核之后，kube-proxy 或者使用这些表的其他程序不能启动，或者不起作用。'],
  meaning: [
    'iptables 有两种模式：nf_tables，以及有自己的表的旧版模式（`ip_tables`、`iptable_nat` 等）。Linux 6.17 及更高版本只有在编译时启用 `CONFIG_NETFILTER_XTABLES_LEGACY` 才有旧版的表；RHEL 10、使用 6.18 内核的 Amazon Linux 2023 和 Alpine 3.23 没有。',
  ],
  needed: [['内核列出了旧版（legacy）表（`/proc/net/ip_tables_names`）'], ['无法读取它'], ['它没有列出任何表']],
  neededNotes: ['本规则不读取镜像使用哪种模式。因此，如果还没有程序创建过表，这样的节点在这里不会被发现。'],
};
