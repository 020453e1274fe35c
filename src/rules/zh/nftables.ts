import type { Translation } from '../../judge/translation.ts';

export const nftables: Translation = {
  rule: 'nftables',
  title: '内核具备 nftables 规则所需要的功能',
  when: 'kube-proxy 的模式是 nftables',
  from: ['kube-proxy 调用的 nft'],
  symptoms: ['所有 Service 都不通。kube-proxy 不断重试，并且只在日志中说明。'],
  meaning: [
    'nftables 规则中的每个表达式是 nf_tables 的一部分或者一个模块：`nft_fib_ipv4` 识别节点自己的地址，`nft_numgen` 选择 Pod，`nft_masq` 做地址伪装。第一条使用它们的规则出现时，内核加载它们。自行编译的内核会缺少其中一些，最常见的是 `nft_fib` 和 `nft_numgen`。',
    'kube-proxy 是否接受内核版本（5.13 及更高版本，除非让它不检查）是另一个问题。',
  ],
  needed: [['nftables 模式的 kube-proxy'], ['其他模式的 kube-proxy、没有 kube-proxy，或者它的模式未知']],
  neededNotes: [
    '启用 EnableNFTables 的 flannel、Nftables 模式的 Calico 和 kindnet 也使用 nftables。本规则不读取其中哪些在使用，因此不涉及它们。在这种模式下，Linux 网桥上的 Pod 同样需要 `bridge-nf-call-iptables`。',
  ],
};
