import type { Translation } from '../../judge/translation.ts';

export const istio: Translation = {
  rule: 'istio',
  title: '内核具备 Istio 的 iptables 规则所需要的功能',
  when: '不要求：仅在节点的 CNI 配置中有 istio-cni 时显示',
  from: ['istio-cni 调用的 iptables'],
  symptoms: ['服务网格中的 Pod 在这个节点上不能启动，或者它们的数据包绕过代理。'],
  meaning: [
    'Istio 在 Pod 的网络名字空间中用 iptables 规则把数据包送到代理。规则中的每个 match 和 target 都是一个模块；第一条使用它的规则出现时，内核加载它，除非 SELinux 或容器阻止。',
  ],
  needed: [
    ['istio-cni 在 /etc/cni/net.d 的第一个文件中', 'Istio 可能使用 nftables'],
    ['不在其中，例如由 Init 容器写入规则；或者无法读取该文件'],
  ],
  neededNotes: [
    'Istio 还列出 `br_netfilter`、`ip_set` 和旧版（legacy）表：如果集群需要，由 `br-netfilter`、`iptables-nft` 和 `iptables-legacy` 判断。',
  ],
};
