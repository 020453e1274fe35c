import type { Translation } from '../../judge/translation.ts';

export const bridgeNfCallIp6tables: Translation = {
  rule: 'bridge-nf-call-ip6tables',
  title: '经过网桥的 IPv6 数据包会到达 netfilter',
  when: 'Pod 在 Linux 网桥上，并且集群使用 IPv6',
  symptoms: [
    '双栈 Service 通过 IPv4 可以访问，通过 IPv6 超时，但只发生在 Service 的 Pod 所在的节点上。',
    '启用 `EnableIPv6` 的 flannel 在文件不存在时会退出。',
  ],
  meaning: [
    '与 `bridge-nf-call-iptables` 相同，但用于 IPv6；两者互相独立：每个地址族有自己的开关。',
    '内核的初始值是 1；如果是 0，说明有程序或配置把它改成了 0。',
  ],
  caution: ['它对节点的所有网桥生效，包括虚拟机和 Docker 的网桥：见 `br-netfilter`。'],
  causes: {
    value: '设为 1；如果检查结果指出了可能写入 0 的那一行，删除它',
    overridden: '某个文件的一行把它设为 0：排在后面的文件优先，否则检查结果会指出必须删除哪一行',
  },
};
