import type { Translation } from '../../judge/translation.ts';

export const resolvConf: Translation = {
  rule: 'resolv-conf',
  title: 'Pod 可以访问 CoreDNS 继承的 DNS 服务器',
  when: '找到了 kubelet 的配置文件',
  from: ['CoreDNS（随后退出）'],
  symptoms: ['CoreDNS 在这个节点上不断重启。如果它的 `loop` 插件关闭，集群之外的域名解析缓慢或者失败。'],
  meaning: [
    'kubelet 把节点上某个文件中的 DNS 服务器复制到继承它们的 Pod 里，CoreDNS 再向这些服务器转发。127.0.0.53（systemd-resolved）或 127.0.0.1（dnsmasq）这样的地址在 Pod 里就是 Pod 自己。只有节点加入集群时 systemd-resolved 正在运行，kubeadm 才会使用 `/run/systemd/resolve/resolv.conf`。',
  ],
  causes: {
    value: '在 kubelet 的配置中用 `resolvConf` 指定一个文件，其中的服务器是 Pod 可以访问的',
  },
  needed: [
    ['找到了 kubelet 的配置文件，并且它指定的文件是下面两个之一'],
    ['k3s、RKE2、k0s、Talos（它们自己选择文件）'],
    ['没有配置文件、使用其他解析文件、resolvConf 为空'],
  ],
  neededNotes: [
    '读取的解析文件：`/etc/resolv.conf` 和 `/run/systemd/resolve/resolv.conf`。按地址转发的 Corefile 不受影响；本规则不读取它，因此只发出警告。本规则也不读取 kubelet 对应的参数。',
  ],
  now: [
    '读取：kubelet 配置文件中的 `resolvConf`（没有写明时是 `/etc/resolv.conf`），以及那个文件中的 `nameserver` 行。',
  ],
};
