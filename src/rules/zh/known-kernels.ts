import type { Translation } from '../../judge/translation.ts';

export const knownKernels: Translation = {
  rule: 'known-kernels',
  title: '正在运行的内核没有会破坏这个集群网络的已知问题',
  when: '有公开报告提到这个内核，涉及集群的 CNI 或 kube-proxy 模式',
  from: ['kube-proxy', 'kube-proxy（随后退出）'],
  symptoms: ['内核更新之前网络正常；所有使用这个内核的节点都受影响。'],
  meaning: ['某些内核版本会破坏使用特定 CNI 或 kube-proxy 模式的集群的网络。', '已知的问题：'],
  causes: {
    value: '按检查结果的说明处理，多数情况下是换用较新的内核',
  },
  needed: [
    ['公开报告提到的版本，以及受它影响的组件'],
    ['一个版本范围，其中发行版可能已经修复，或者较新版本的组件已经修复'],
  ],
  now: ['读取：内核的版本。它与一个列表比较，其中是公开报告提到的、影响集群的 CNI 或 kube-proxy 的内核版本。'],
  boot: ['不做判断：不知道已安装的较新内核是否修复了问题。'],
};
