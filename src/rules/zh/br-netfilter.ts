import type { Translation } from '../../judge/translation.ts';

export const brNetfilter: Translation = {
  rule: 'br-netfilter',
  title: '网桥 netfilter 已启用',
  when: 'Pod 在 Linux 网桥上，或者 flanneld 需要它',
  from: ['flanneld（随后不断重启）', 'kubeadm 1.29 及更早版本', 'sysctl', '内核日志'],
  symptoms: ['较新版本的 kubeadm 和 kube-proxy 没有任何提示。'],
  meaning: [
    '模块 br_netfilter 让 netfilter（iptables、ipvs、nftables）看到经过网桥的数据包。没有它，同一节点上两个 Pod 之间的数据包不会经过 Service 或 NetworkPolicy 的规则。',
    '它从不自动加载：它没有模块别名，必须按名字加载。Docker 27.3 之前的版本会加载它。',
  ],
  caution: [
    '加载之后，节点上所有网桥的流量都会经过 netfilter，包括虚拟机和 Docker 的网桥；如果 FORWARD 链的默认策略是 DROP，这些流量会被丢弃。如果节点上有这样的网桥，修复步骤会列出它们。',
  ],
  causes: {
    'not-loaded':
      '执行 `modprobe br_netfilter`，并在 `/etc/modules-load.d/netprereq.conf` 中加一行，使下次启动时也加载',
    'not-shipped':
      '安装与正在运行的内核版本完全一致的模块软件包：Red Hat 系列 10 及以后是 `kernel-modules-extra-$(uname -r)`，Ubuntu 云内核是 `linux-modules-extra-$(uname -r)`。不写版本时，包管理器会安装最新内核的模块，正在运行的内核无法加载',
    'kernel-mismatch': '重启。内核已经升级，正在运行的内核的模块已被删除（模块目录，或其中的 `modules.dep`）',
    'deny-listed':
      '删除检查结果指出的那一行。`install br_netfilter /bin/false` 使 modprobe 无法加载它；`blacklist br_netfilter` 只阻止启动时加载，手动执行 modprobe 仍然有效；内核命令行上的 `module_blacklist=` 阻止任何方式的加载',
    'loading-disabled': '去掉 `kernel.modules_disabled=1` 后重启；如果内核本身不能加载模块，换一个内核',
    'container-node': '在运行该节点的主机上加载：kind、k3d、minikube 的 docker 驱动、LXC、Docker 中的 Talos',
    undetermined: '见检查结果给出的原因，例如模块存在，但不在这个网络名字空间中；或者无法读取模块列表',
  },
};
