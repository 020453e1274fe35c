import type { Translation } from '../../judge/translation.ts';

export const iptablesNft: Translation = {
  rule: 'iptables-nft',
  title: '内核具备 iptables 规则所需要的功能',
  when: 'kube-proxy（iptables 或 ipvs）、kube-router 或 flannel 使用 iptables 规则',
  from: ['iptables', 'kube-router 调用的 iptables'],
  symptoms: ['所有 Service 都不通，Pod 无法访问集群之外。kube-proxy 不断重试。'],
  meaning: [
    'iptables 规则中的每个 match 和 target 都是一个模块：`xt_comment`、`xt_MASQUERADE` 等。使用 nf_tables 的 iptables 时，由 `nft_compat` 连接两者。第一条使用它们的规则出现时，内核加载它们。',
    'RHEL 10 系列的最小化镜像缺少其中大部分：它们在与正在运行的内核版本完全一致的 `kernel-modules-extra` 中。',
  ],
  needed: [
    ['iptables 或 ipvs 模式的 kube-proxy；kube-router'],
    ['已知不使用 nftables 的 flannel，不论 kube-proxy 怎样'],
    ['kube-proxy 的模式未知'],
    ['flannel、Calico 或 Canal，kube-proxy 是 nftables 模式或者没有 kube-proxy', '它们可能使用 nftables 或 eBPF'],
    ['其他 CNI，kube-proxy 是 nftables 模式或者没有 kube-proxy'],
  ],
  now: [
    '读取：`xt_comment`、`xt_mark` 和 `xt_MASQUERADE` 是否编译进内核、已加载，或者在磁盘上可供正在运行的内核使用，并且没有被禁止；对于 iptables 模式的 kube-proxy，还有 `xt_addrtype` 和 `xt_statistic`；对于 ipvs 模式、kube-router、Calico 和 Canal，还有 `xt_addrtype`、`ip_set` 和 `xt_set`。不必事先加载。',
    '5.2 之前的内核用 `ipt_MASQUERADE` 代替 `xt_MASQUERADE`：有其中之一即通过。只有内核没有 `iptable_nat` 时才要求 `nft_compat`：有 `iptable_nat` 时，旧版（legacy）模式的 iptables 不需要 `nft_compat`，而本规则不读取程序使用哪种模式。',
  ],
};
