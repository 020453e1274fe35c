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
};
