import type { Translation } from '../../judge/translation.ts';

export const ufwRouted: Translation = {
  rule: 'ufw-routed',
  title: '防火墙 ufw 不拒绝转发的数据包',
  when: 'ufw 已启用，并且 CNI 没有把规则放在 ufw 的规则之前',
  from: ['内核日志，其中 IN= 和 OUT= 是 Pod 的网络接口'],
  symptoms: ['Pod 无法访问节点之外。'],
  meaning: [
    'ufw 默认拒绝节点转发的数据包（“deny (routed)”），而 Pod 的数据包正是由节点转发的。默认策略 DROP 在 FORWARD 的末尾生效，在所有规则之后；REJECT 是一条单独的规则，排在 CNI 放在末尾的规则之前。',
  ],
  causes: {
    value: '改变对转发数据包的默认处理；这样一来，能访问这个节点的主机都可以让它转发数据包',
  },
  needed: [
    ['AWS VPC CNI、kindnet 和使用 bridge 插件的 CNI；flannel 和 Weave Net，策略是 REJECT'],
    ['flannel 和 Weave Net，策略是 DROP；Calico、Canal、kube-router、Cilium 等'],
    ['`ufw route allow` 已经添加了规则；CNI 未知'],
  ],
  neededNotes: [
    '按接口设置的规则（`ufw route allow in on cni0`）容易出错：每一对接口的每个方向都需要一条，而 Pod 的接口名会变化。FORWARD 的实际效果由 `forward-policy` 判断。',
  ],
  now: [
    '读取：`/etc/ufw/ufw.conf` 中的 `ENABLED`、`/etc/default/ufw` 中的 `DEFAULT_FORWARD_POLICY`、`/etc/ufw/user.rules` 中针对转发数据包的规则。',
  ],
};
