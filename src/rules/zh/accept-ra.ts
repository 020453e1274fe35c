import type { Translation } from '../../judge/translation.ts';

export const acceptRa: Translation = {
  rule: 'accept-ra',
  title: '节点保留路由器通告的 IPv6 默认路由',
  when: '集群使用 IPv6，并且内核从路由器得到了默认路由',
  symptoms: ['从节点所在网络之外，无法通过 IPv6 访问节点：启用转发后立即出现、半小时后出现，或者下次重启后出现。'],
  meaning: [
    '路由器发送路由器通告，主机由此得到默认路由。转发数据包的节点自己就是路由器：一旦启用 `net.ipv6.conf.all.forwarding`，内核就删除这些路由，也不再接受新的，除非该接口的 `accept_ra` 是 2。',
    'systemd-networkd 和 NetworkManager 自己处理路由器通告并设置路由，因此使用它们的节点不受影响。',
  ],
  causes: {
    value: '在检查结果指出的接口上设为 2',
    unset: '在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden: '另一行优先。删除检查结果指出的那一行',
  },
  needed: [
    ['IPv6 或双协议栈，并且内核从路由器得到了默认路由'],
    ['IP 地址族未知，或者无法读取路由'],
    ['没有这样的路由（systemd-networkd、NetworkManager、静态路由）；只有 IPv4'],
  ],
  now: [
    '读取：节点的网络名字空间中的路由、`net.ipv6.conf.all.forwarding`，以及下列接口的 `accept_ra`：它们的默认路由被内核标记为来自路由器。如果值是 2，或者节点不转发，就通过。systemd-networkd 或 NetworkManager 设置的路由没有这种标记。',
  ],
  boot: ['如果现在是 2，但没有 sysctl 文件设置它，那么是别的程序设置的：重启后的值是 unknown。'],
};
