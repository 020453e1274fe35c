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
    '加载之后，节点上所有网桥的流量都会经过 netfilter，包括虚拟机和 Docker 的网桥；如果 FORWARD 链的默认策略是 DROP，这些流量会被丢弃。如果节点上有这样的网桥，`fix` 会列出它们。',
  ],
  causes: {
    'not-loaded':
      '执行 `modprobe br_netfilter`，并在 `/etc/modules-load.d/netprereq.conf` 中加一行，使下次启动时也加载',
    'not-shipped':
      '安装与正在运行的内核版本完全一致的模块软件包（Red Hat 系列 10 及更高版本是 `kernel-modules-extra-$(uname -r)`，Ubuntu 云内核是 `linux-modules-extra-$(uname -r)`）。不写版本时，包管理器会安装最新内核的模块，正在运行的内核无法加载',
    'kernel-mismatch': '重启节点。内核已经升级，正在运行的内核的模块已被删除（模块目录，或其中的 `modules.dep`）',
    'deny-listed':
      '删除检查结果指出的那一行。`install br_netfilter /bin/false` 使 modprobe 无法加载它；`blacklist br_netfilter` 只阻止启动时加载，手动执行 modprobe 仍然有效；内核命令行上的 `module_blacklist=` 阻止任何方式的加载',
    'loading-disabled': '去掉 `kernel.modules_disabled=1` 后重启节点；如果内核本身不能加载模块，换一个内核',
    'container-node': '在运行该节点的宿主机上加载（kind、k3d、minikube 的 docker 驱动、LXC、Docker 中的 Talos）',
    undetermined: '见检查结果给出的原因，例如模块存在，但不在这个网络名字空间中；或者无法读取模块列表',
  },
  needed: [
    ['Pod 在网桥上，不论 kube-proxy 是哪种模式（iptables、ipvs、nftables）'],
    ['Canal，并且 flannel 是 0.26.0 或更高版本', '没有它 flanneld 会退出，尽管没有 Pod 在网桥上'],
    ['Canal，flannel 的版本未知'],
    ['CNI 未知，节点上也看不出来'],
    ['Pod 不在网桥上'],
  ],
  neededNotes: [
    '“在网桥上”指 Pod 连接到 Linux 网桥：使用任何后端的 flannel、默认配置的 k3s、kube-router、Weave Net、kubenet、CRI-O 的默认配置、单独使用的 `bridge` 插件。“不在网桥上”：Canal、Calico、Cilium、Antrea、OVN-Kubernetes、kube-ovn、AWS VPC CNI、Azure CNI、GKE、kindnet。',
    '节点自己的网络接口所显示的，优先于 API：路由是节点 podCIDR 的那个网桥就是 Pod 的网桥。只有在不使用 podCIDR 时，才仅凭名字判断：Docker、nerdctl、Incus 和 KubeVirt 也会创建带有 veth 端口的网桥。其次是集群中的 agent，再次是运行时所用目录中的 CNI 配置。`--cni` 覆盖这些结果。',
    '没有在任何节点上运行的 agent、只执行策略的 agent（不带 CNI 插件的 Calico）和以链式方式接在其他插件之后的 agent（Cilium）都不算；以前的 CNI 留下的东西也不算。在自己的名字空间里的 agent（例如用 Helm 安装的 flannel）使这条规则成为必需，但不会使它被跳过。',
    '如果设置了 `EnableNFTables`，flannel 0.28.0 及更高版本没有它也能启动。但是，如果 Service 的 Pod 在客户端自己的节点上，访问仍然失败；同一节点上的 Pod 之间，NetworkPolicy 也不起作用。',
  ],
  now: [
    '读取：`/proc/sys/net/bridge/bridge-nf-call-iptables` 在节点自己的网络名字空间中是否存在。其他都不算：编译进内核的模块不在 `lsmod` 的列表中，也可能没有 `/sys/module` 下的目录；只在磁盘上的模块没有用。这些列表只用来解释失败的原因。',
  ],
  boot: [
    '根据节点上的文件，针对下次启动时使用的内核模拟：是否编译进内核；内核命令行上的 `modules_load=`；`/etc`、`/run`、`/usr/local/lib` 和 `/usr/lib` 中的 `modules-load.d`；有链接指向它时的 `/etc/modules`；已启用并执行 `modprobe br_netfilter` 的单元；以及 k3s、RKE2、k0s、microk8s、kOps、kube-router 和 Weave Net 的 agent。然后是阻止加载的因素：modprobe.d 中的 `blacklist`、`install` 和 `alias` 行，`module_blacklist=`，被屏蔽的服务。',
    '启动时运行的脚本，只读取其中简单的命令。带条件的命令、执行 modprobe 的 udev 规则和 initramfs 的设置不模拟：如果只有它们提到这个模块，结果是 unknown。',
  ],
};
