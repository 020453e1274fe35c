import type { Translation } from '../../judge/translation.ts';

export const wickedForwarding: Translation = {
  rule: 'wicked-forwarding',
  title: 'wicked 应用的 sysctl 文件中启用了转发',
  when: '由 wicked 配置节点的网络（SUSE Linux Enterprise 15）',
  symptoms: ['重新配置节点的网络或者更新 wicked 时，Pod 失去网络；重新启动 k3s、RKE2 或 CNI 的 agent 可以恢复。'],
  meaning: [
    'k3s 和 RKE2 等的 agent 启动时在正在运行的内核中启用转发。wicked 配置接口时会应用 sysctl 文件，之后以这些文件为准。YaST 会把 `net.ipv4.ip_forward = 0` 写进 `/etc/sysctl.d/70-yast.conf`。',
  ],
  causes: {
    unset: '在 sysctl 文件中加一行',
    overridden: '删除检查结果指出的那一行，并加一行启用转发',
  },
  needed: [['任何集群，节点上运行 wicked'], ['没有 wicked 的节点']],
  neededNotes: [
    '如果用户数据（user data）中有要求，cloud-init 也会写 sysctl 文件。它们与其他文件没有区别：`ipv4-forwarding` 会指出其中的行。',
  ],
  now: ['读取：如果再次应用节点上的 sysctl 文件，会设置什么值。当前的值不算。'],
};
