import type { Translation } from '../../judge/translation.ts';

export const overlay: Translation = {
  rule: 'overlay',
  title: 'overlay 文件系统可用',
  when: '模块 overlay 现在已加载（没有加载时仅显示，不警告）',
  from: ['dockerd'],
  symptoms: ['重启之后没有任何容器能启动，包括网络组件的容器，节点一直是 NotReady。'],
  meaning: [
    '容器运行时用 overlayfs 把镜像的各层和容器写入的内容合在一起，它的模块是 `overlay`。除非配置了其他存储方式，containerd 和 CRI-O 都使用它。',
    '加固指南（CIS）把 overlayfs 列为服务器不需要的文件系统，用 `install overlay /bin/false` 禁止它。已经加载的模块在重启之前仍然有效。',
  ],
  needed: [
    ['overlay 已加载', '本规则不读取运行时是否使用它'],
    ['overlay 没有加载，或者编译进内核', '运行时可能使用其他存储方式'],
  ],
  neededNotes: [
    '单独的一行 `blacklist overlay` 不算：containerd 的单元、k3s 和 RKE2 执行 `modprobe overlay`，它忽略这一行。',
  ],
};
