import type { Translation } from '../../judge/translation.ts';

export const forwardPolicy: Translation = {
  rule: 'forward-policy',
  title: '数据包过滤规则接受 Pod 发出的数据包',
  when: 'CNI 把 Pod 的数据包交给内核处理',
  symptoms: [
    'Pod 可以访问同一节点上的 Pod，但不能访问其他节点上的 Pod 和集群之外。`iptables -L FORWARD -v` 显示默认策略或某条 REJECT 的计数在增长。',
  ],
  meaning: [
    '如果 Docker 启动时转发没有启用，它会把 FORWARD 的默认策略设为 DROP。Oracle Cloud 的镜像和一些发行版的防火墙在 FORWARD 末尾放一条拒绝一切的规则；flannel 把自己的规则放在它后面。',
    '如果多个过滤器都处理同一个数据包（两种 iptables、nft 的表），必须每一个都接受它。',
  ],
  causes: {
    value: '改变默认策略或者规则的顺序。对于 Docker，在它启动之前设置 `net.ipv4.ip_forward=1`（见 `ipv4-forwarding`）',
  },
};
