import type { Translation } from '../../judge/translation.ts';

export const ipvs: Translation = {
  rule: 'ipvs',
  title: 'IPVS 和调度算法 rr 可用',
  when: 'kube-proxy 的模式是 ipvs',
  from: ['kube-proxy（随后退出）', 'kube-proxy（随后退出）'],
  symptoms: ['某些版本的 kube-proxy 会回退到 iptables 模式，并且只在日志中说明。'],
  meaning: [
    'IPVS 是内核中的负载均衡器，kube-proxy 的这种模式使用它。调度算法（默认 `rr`）为每个新连接选择 Pod；每种算法是一个模块。内核在第一次使用时加载两者。',
    'Kubernetes 1.35 及更高版本把这种模式标为已弃用：由 `nftables` 取代。',
  ],
  needed: [['ipvs 模式的 kube-proxy'], ['其他模式的 kube-proxy、没有 kube-proxy，或者它的模式未知']],
  neededNotes: [
    '本规则不读取 kube-proxy 使用哪种调度算法（`ipvs.scheduler`），只要求 `rr`。如果设置了其他算法，并且只缺少 `ip_vs_rr`，请用 `--skip ipvs` 跳过这条规则。',
    '不要求 `nf_conntrack_ipv4`：从 Linux 4.19 起，它是 `nf_conntrack` 的一部分，由 `conntrack-active` 检查。其他要求见 `iptables-nft`。',
  ],
};
