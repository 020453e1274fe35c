import type { Translation } from '../../judge/translation.ts';

export const kubeletKernelDefaults: Translation = {
  rule: 'kubelet-kernel-defaults',
  title: 'sysctl 的值符合 kubelet 的要求',
  when: 'kubelet 的配置中有 protectKernelDefaults: true',
  from: ['kubelet（随后退出）'],
  symptoms: ['节点在重启之前正常工作；重启之后 kubelet 不断重启，节点一直是 NotReady。'],
  meaning: [
    'kubelet 要求六个 sysctl 具有特定的值。默认情况下它自己设置。启用 `protectKernelDefaults`（CIS 等加固指南的要求）时，它只检查，有一个不符就退出。只手动设置、没有写进文件的值，下次启动后会丢失。',
  ],
  causes: {
    value: '设置检查结果指出的值，或者 `protectKernelDefaults: false`',
    unset: '在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden: '另一行优先。删除检查结果指出的那一行',
  },
  needed: [['配置文件中 protectKernelDefaults 为 true'], ['它没有启用（默认值）；没有找到文件；两个文件不一致']],
  neededNotes: [
    '读取 kubeadm、kubespray、EKS、AKS 和 GKE 的文件。本规则不读取 k3s 和 RKE2 使用的同名 kubelet 参数，也不读取 OpenShift 的文件。',
  ],
  now: [
    '读取：`vm.overcommit_memory`（1）、`vm.panic_on_oom`（0）、`kernel.panic`（10）、`kernel.panic_on_oops`（1）、`kernel.keys.root_maxkeys`（1000000）和 `kernel.keys.root_maxbytes`（25000000）。kubelet 要求完全相等。',
  ],
};
