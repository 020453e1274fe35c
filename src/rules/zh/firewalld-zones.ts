import type { Translation } from '../../judge/translation.ts';

export const firewalldZones: Translation = {
  rule: 'firewalld-zones',
  title: 'Pod 在防火墙 firewalld 的受信任区域中',
  when: 'firewalld 正在运行，并且 Pod 的数据包经过它',
  from: ['Pod 中的程序'],
  symptoms: [
    'Pod 不能访问其他节点上的 Pod，也不能通过 Service 访问同一节点上的 Pod；执行 `systemctl stop firewalld` 之后可以。',
  ],
  meaning: [
    'firewalld 把每个接口和每个来源放进一个区域（zone），并拒绝该区域不接受的数据包。它使用自己的表：CNI 写入 FORWARD 的规则不起作用。',
  ],
  causes: {
    unset: '把 Pod 和 Service 的地址范围放进 `trusted` 区域',
  },
  needed: [
    ['flannel、Canal、Calico、kube-router、AWS VPC CNI、kindnet 等'],
    ['Cilium、GKE、Antrea、OVN-Kubernetes、CNI 未知'],
    ['没有 firewalld'],
  ],
  neededNotes: [
    '本规则不读取 firewalld 的非永久设置和策略（policy）。不判断某个地址范围是否属于 Pod。重新加载可能会删除其他程序的规则：kube-proxy 和 CNI 会在一分钟之内恢复自己的规则。',
  ],
  now: [
    '读取：firewalld 是否正在运行、`firewalld.conf` 中的默认区域，以及 `/etc/firewalld/zones` 中各区域的 target、接口和来源。',
  ],
};
