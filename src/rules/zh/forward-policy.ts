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
  needed: [
    ['flannel、Canal、Calico、kube-router、AWS VPC CNI、kindnet 和其他使用 FORWARD 的 CNI'],
    ['CNI 未知'],
    ['无法确定数据包是否通过时'],
    ['Cilium、GKE、Antrea、OVN-Kubernetes'],
  ],
  neededNotes: [
    'flannel、Calico、kube-router 和 Weave Net 在 FORWARD 中放入接受 Pod 数据包的规则：这时默认策略 DROP 不算失败。firewalld 由 `firewalld-zones` 判断。',
    '也读取管理员放在 Docker 的 `DOCKER-USER` 链中的规则：如果其中某条可能接受这些数据包，仅显示，不警告。',
  ],
  now: [
    '读取：转发的数据包经过的链，由 `nft` 和旧版（legacy）`iptables` 列出，使用节点自己的程序或镜像中的程序。只有内核已经有它们的表时才运行，因此读取不会加载任何模块。',
    '如果另一条规则可能接受这些数据包，结果是 unknown，并且仅显示。',
  ],
};
