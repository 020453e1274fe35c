import type { Translation } from '../../judge/translation.ts';

export const ipvs: Translation = {
  rule: 'ipvs',
  title: 'IPVS 和调度算法 rr 可用',
  when: 'kube-proxy 的模式是 ipvs',
  from: ['kube-proxy（随后退出）', 'kube-proxy（随后退出）'],
  symptoms: ['某些版本的 kube-proxy 会回退到 iptables 模式，并且只在日志中说明。'],
  meaning: [
    'IPVS 是内核中的负载均衡器，kube-proxy 的这种模式使用它。调度算法（默认 `rr`）为每个新连接选择 Pod；每种算法是一个模块。内核在第一次使用时加载两者。',
    'Kubernetes 1.35 及以后把这种模式标为已弃用：由 `nftables` 取代。',
  ],
};
