import type { Translation } from '../../judge/translation.ts';

export const acceptRa: Translation = {
  rule: 'accept-ra',
  title: '节点保留路由器通告的 IPv6 默认路由',
  when: '集群使用 IPv6，并且内核从路由器得到了默认路由',
  symptoms: ['从节点自己的网络之外通过 IPv6 访问不到节点：打开转发之后立即或者半小时后出现，或者下次重启之后出现。'],
  meaning: [
    '路由器会通告自己，主机从中得到默认路由。路由器本身不可以这样：一旦 `net.ipv6.conf.all.forwarding` 打开，内核就删除这些路由，也不再接受新的，除非该接口的 `accept_ra` 是 2。',
    'systemd-networkd 和 NetworkManager 自己接收路由器通告，并把路由设为自己的。这样的节点不受影响。',
  ],
  causes: {
    value: '在结果指出的接口上设为 2',
    unset: '启动时没有文件设置它：在 `/etc/sysctl.d/99-zz-netprereq.conf` 中加一行',
    overridden: '启动时由另一行决定：结果会指出它',
  },
};
