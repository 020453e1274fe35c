import type { Translation } from '../../judge/translation.ts';

export const btf: Translation = {
  rule: 'btf',
  title: '内核向 eBPF 程序提供类型信息（BTF）',
  when: '不要求：仅在 CNI 是 Cilium 时显示',
  from: ['Cilium agent'],
  symptoms: ['升级 Cilium 之后，这个节点上新的 Pod 得不到网络，正在运行的 Pod 不受影响。'],
  meaning: [
    '内核用 BTF 描述自己的类型，使同一个 eBPF 程序可以在许多内核上运行。Cilium 把它列为必需，从 1.20.2 版起没有它就不能运行。发行版的内核包含 BTF；树莓派等小型计算机的内核和一些自行编译的内核不包含。',
  ],
  causes: {
    value: '使用带有 `CONFIG_DEBUG_INFO_BTF` 的内核（发行版自己的内核，而不是单板计算机的内核）',
  },
  needed: [['Cilium', '较早的版本没有它也能运行'], ['其他 CNI、CNI 未知']],
};
