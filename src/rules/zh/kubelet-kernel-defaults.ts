import type { Translation } from '../../judge/translation.ts';

export const kubeletKernelDefaults: Translation = {
  rule: 'kubelet-kernel-defaults',
  title: 'sysctl 的值符合 kubelet 的要求',
  when: 'kubelet 的配置中有 protectKernelDefaults: true',
  from: ['kubelet，随后退出'],
  symptoms: ['节点在重启之前正常工作；重启之后 kubelet 不断重启，节点一直是 NotReady。'],
  meaning: [
    'kubelet 要求六个 sysctl 具有特定的值。默认情况下它自己设置。启用 `protectKernelDefaults`（加固指南 CIS 的要求）时，它只检查，有一个不符就退出。如果只是手工设置而没有写进文件，下次启动时才会发现。',
  ],
  causes: {
    value: '设置结果中指出的值，或者 `protectKernelDefaults: false`',
    unset: '启动时没有文件设置它：在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden: '启动时由另一行决定：结果会指出它',
  },
};
