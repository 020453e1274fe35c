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
    value: '停用它并重启（重启会清除它的规则）；或者更新 NetworkManager',
  },
};
