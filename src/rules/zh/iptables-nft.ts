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
};
