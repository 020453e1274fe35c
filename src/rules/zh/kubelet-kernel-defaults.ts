import type { Translation } from '../../judge/translation.ts';

export const kubeletKernelDefaults: Translation = {
  rule: 'kubelet-kernel-defaults',
  title: 'sysctl 的值符合 kubelet 的要求',
  when: 'kubelet 的配置中有 protectKernelDefaults: true',
  from: ['kubelet（随后退出）'],
  symptoms: ['节点在重启之前正常工作；重启之后 kubelet 不断重启，节点一直是 NotReady。'],
  meaning: [
    'kubelet 要求六个 sysctl 具有特定的值。默认情况下它自己设置。启用 `protectKernelDefaults`（加固指南 CIS 的要求）时，它只检查，有一个不符就退出。如果只是手动设置而没有写进文件，下次启动时才会发现。',
  ],
  causes: {
    value: '设置检查结果指出的值，或者 `protectKernelDefaults: false`',
    unset: '在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden: '另一行设置了它：检查结果会指出是哪一行',
  },
};
