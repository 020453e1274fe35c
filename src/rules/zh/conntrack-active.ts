import type { Translation } from '../../judge/translation.ts';

export const conntrackActive: Translation = {
  rule: 'conntrack-active',
  title: '连接跟踪已启用',
  when: '集群有 kube-proxy，不论哪种模式',
  from: ['kube-proxy（随后退出）'],
  meaning: [
    '连接跟踪记录每个连接被转发到了哪里。kube-proxy 启动时会打开文件 `nf_conntrack_max`，而此时它自己的规则还没有使内核加载模块；如果文件不存在，它就退出。',
    '只要有防火墙规则需要，模块就会自动加载；在多数系统上，kube-proxy 启动之前已经有这样的规则。Rocky Linux 9 和最小化的 RHEL 10 不是这样：在那里 kube-proxy 先打开这个文件。',
  ],
  causes: {
    'not-loaded':
      '执行 `modprobe nf_conntrack`，并在 `/etc/modules-load.d/netprereq.conf` 中加一行，使下次启动时也加载',
    'not-shipped': '安装与正在运行的内核版本完全一致的模块软件包，同 `br-netfilter`',
    'container-node':
      '在运行该节点的宿主机上加载。在容器节点中，文件可能存在但不可写，那是另一个问题，这时 kube-proxy 需要 `conntrack.maxPerCore: 0`',
    undetermined: '见检查结果给出的原因',
  },
  needed: [['任何模式的 kube-proxy'], ['kube-proxy 的模式未知'], ['没有 kube-proxy']],
  neededNotes: [
    'kube-proxy 的模式来自节点上的进程；否则来自它的 DaemonSet 挂载的配置，或者静态 Pod 的参数。没有在任何节点上运行的 DaemonSet 不算。如果 kube-proxy 内置于其他程序（k3s、microk8s），模式是 iptables，除非该程序另有设置。',
  ],
  now: [
    '读取：`/proc/sys/net/netfilter/nf_conntrack_max` 是否存在。在磁盘上但没有启用的模块算失败：在运行 kube-proxy 的节点上，它应当已经启用。在还没有加入集群的主机上，加载它没有害处。',
  ],
  boot: [
    '只要有程序需要，它就会加载：对下次启动来说，编译进内核或者在磁盘上就足够了，除非 modprobe.d 中的 `install` 行或内核命令行阻止它。',
  ],
};
