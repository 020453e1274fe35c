import type { Translation } from '../../judge/translation.ts';

export const nmCloudSetup: Translation = {
  rule: 'nm-cloud-setup',
  title: '通往 Pod 的数据包不经过 nm-cloud-setup 的路由',
  when: '节点是 RHEL 系列 8.4 版，并且启用了 nm-cloud-setup',
  symptoms: ['节点无法访问自己的 Pod，因此探针失败；同一节点上的 Pod 不能通过 Service 互访。'],
  meaning: [
    'nm-cloud-setup 配置云平台分配给机器的地址。1.32.12 之前的版本会添加一张路由表和一条高优先级（30400）的规则，把节点发往自己的 Pod 的数据包从默认路由送出去。',
  ],
  causes: {
    value: '停用它并重启节点（重启会清除它的规则）；或者更新 NetworkManager',
  },
  needed: [
    ['RHEL、Rocky Linux、AlmaLinux、Oracle Linux、CentOS 的 8.4 版'],
    ['启用了它的其他系统'],
    ['没有启用它的节点'],
  ],
  neededNotes: ['本规则不读取 NetworkManager 的版本。RKE2 和 k3s 以前在它启用时拒绝启动；从 2025 年起不再拒绝。'],
  now: [
    '读取：启用它的链接 `/etc/systemd/system/timers.target.wants/nm-cloud-setup.timer` 或 `/etc/systemd/system/multi-user.target.wants/nm-cloud-setup.service` 是否存在。',
  ],
};
