import {
  denied,
  type Group,
  madeUpService,
  makesLink,
  notAvailable,
  script,
  withoutService,
  write,
} from './breakage.ts';

const FORWARDS = '/etc/sysctl.d/90-e2e.conf';
const MANAGER = '/etc/NetworkManager/conf.d';

const calico: Group = {
  name: 'Calico, kube-proxy in mode ipvs',
  cluster: ['--cni', 'calico', '--kube-proxy-mode', 'ipvs', '--ip-families', 'IPv4'],
  breakages: [
    {
      name: 'fails where an install line stops IPVS, which its scheduler needs',
      rule: 'ipvs',
      ...denied('ip_vs', 'install ip_vs /bin/false'),
      expected: { verdict: 'fail', severity: 'required', ...notAvailable('ip_vs', 'ip_vs_rr') },
      proves: 'modprobe ip_vs_rr && modprobe -r ip_vs_rr ip_vs',
    },
    {
      name: 'warns where tunl0 is there, and a deny list stops the alias at the next boot',
      rule: 'ipip',
      breaks: script('modprobe ipip', write('/etc/modprobe.d/e2e-ipip.conf', '# hardening', 'blacklist ipip')),
      expected: { verdict: 'warn', now: { verdict: 'pass' }, boot: notAvailable('ipip').boot },
      heals: 'rm /etc/modprobe.d/e2e-ipip.conf; modprobe ipip',
      proves:
        'modprobe -r ipip; ip link add e2e-link type ipip local 192.0.2.1 remote 192.0.2.2 && ip link del e2e-link',
    },
    {
      name: 'warns where NetworkManager (a made-up service) may manage interfaces of Calico',
      rule: 'networkmanager-devices',
      breaks: script(
        madeUpService('NetworkManager'),
        write(
          '/etc/NetworkManager/NetworkManager.conf',
          '[main]',
          'plugins=ifupdown,keyfile',
          '[ifupdown]',
          'managed=false',
        ),
        write(`${MANAGER}/10-e2e.conf`, '[keyfile]', 'unmanaged-devices=interface-name:cali*'),
      ),
      expected: { verdict: 'warn', now: { verdict: 'fail', actual: 'managed' } },
      heals: write(
        `${MANAGER}/20-e2e.conf`,
        '[keyfile]',
        'unmanaged-devices+=interface-name:tunl*;interface-name:vxlan.calico',
      ),
    },
    {
      name: 'warns where wicked (a made-up service) will switch forwarding off again',
      rule: 'wicked-forwarding',
      breaks: script(madeUpService('wickedd'), write(FORWARDS, '# by hand', 'net.ipv4.ip_forward = 0')),
      expected: {
        verdict: 'warn',
        now: { verdict: 'fail', cause: 'overridden', source: { file: FORWARDS, line: 2 } },
      },
      heals: write(FORWARDS, 'net.ipv4.ip_forward = 1'),
    },
  ],
  clears: script(withoutService('NetworkManager'), withoutService('wickedd'), 'modprobe -r ipip'),
};

const flannel: Group = {
  name: 'flannel, kube-proxy in mode nftables',
  cluster: ['--cni', 'flannel', '--kube-proxy-mode', 'nftables', '--ip-families', 'IPv4'],
  breakages: [
    {
      name: 'warns where a deny list stops the alias by which the kernel asks for it',
      rule: 'vxlan',
      ...denied('vxlan', 'blacklist vxlan'),
      expected: { verdict: 'warn', severity: 'recommended', ...notAvailable('vxlan') },
      proves: makesLink('vxlan id 9 dstport 8472'),
    },
    {
      name: 'fails where an expression is denied of which kube-proxy makes its rules',
      rule: 'nftables',
      ...denied('nft_numgen', 'install nft_numgen /bin/false'),
      expected: { verdict: 'fail', severity: 'required', ...notAvailable('nft_numgen') },
      proves: script(
        "nft -f - <<'END'",
        'table ip e2e {',
        '  chain c {',
        '    numgen random mod 2 vmap { 0 : accept, 1 : drop }',
        '  }',
        '}',
        'delete table ip e2e',
        'END',
      ),
    },
    {
      name: 'warns where a program uses the legacy tables, and the next boot denies one of them',
      rule: 'iptables-legacy',
      breaks: script(
        'iptables-legacy -w -t nat -L -n',
        write('/etc/modprobe.d/e2e-iptable_nat.conf', '# hardening', 'install iptable_nat /bin/false'),
      ),
      expected: {
        verdict: 'warn',
        severity: 'recommended',
        now: { verdict: 'pass' },
        boot: notAvailable('iptable_nat').boot,
      },
      heals: 'rm /etc/modprobe.d/e2e-iptable_nat.conf; iptables-legacy -w -t nat -L -n',
      proves: 'modprobe -r iptable_nat; iptables-legacy -w -t nat -L -n',
    },
  ],
  clears: 'modprobe -r iptable_nat iptable_filter ip_tables',
};

const antrea: Group = {
  name: 'Antrea in place of kube-proxy',
  cluster: ['--cni', 'antrea', '--kube-proxy-mode', 'none', '--ip-families', 'IPv4'],
  breakages: [
    {
      name: 'fails where an install line reports success and loads nothing',
      rule: 'openvswitch',
      ...denied('openvswitch', 'install openvswitch /bin/true'),
      expected: { verdict: 'fail', severity: 'required', ...notAvailable('openvswitch') },
      proves: script('modprobe openvswitch; ls -d /sys/module/openvswitch && modprobe -r openvswitch'),
    },
    {
      name: 'warns where an install line stops it, which Open vSwitch needs for its tunnels',
      rule: 'geneve',
      ...denied('geneve', 'install geneve /bin/false'),
      expected: { verdict: 'warn', severity: 'recommended', ...notAvailable('geneve') },
      proves: 'modprobe vport_geneve && modprobe -r vport_geneve geneve openvswitch',
    },
    {
      name: 'warns where an interface of WireGuard is there, and the next boot denies the module',
      rule: 'wireguard',
      breaks: script(
        'ip link add antrea-wg0 type wireguard',
        write('/etc/modprobe.d/e2e-wireguard.conf', '# hardening', 'blacklist wireguard'),
      ),
      expected: { verdict: 'warn', now: { verdict: 'pass' }, boot: notAvailable('wireguard').boot },
      heals: 'rm /etc/modprobe.d/e2e-wireguard.conf; ip link add antrea-wg0 type wireguard',
      proves: script('ip link del antrea-wg0; modprobe -r wireguard', 'ip link add antrea-wg0 type wireguard'),
    },
  ],
  clears: 'ip link del antrea-wg0; modprobe -r wireguard',
};

export const MODULES: readonly Group[] = [calico, flannel, antrea];
