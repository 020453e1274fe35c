import { expect } from 'vitest';
import { denied, type Group, madeUpService, notAvailable, script, withoutService, write } from './breakage.ts';

const KUBELET = '/var/lib/kubelet/config.yaml';
const RESOLV = '/etc/resolv.conf';
const OVERLAY = '/etc/modprobe.d/e2e-overlay.conf';
const UFW = '/etc/default/ufw';

/** What dockerd 20.10.24 has made of FORWARD in an empty network namespace without forwarding, as iptables saved it. */
const DOCKERS = script(
  "iptables-restore -w --noflush <<'END'",
  '*filter',
  ':FORWARD DROP [0:0]',
  ':DOCKER - [0:0]',
  ':DOCKER-ISOLATION-STAGE-1 - [0:0]',
  ':DOCKER-USER - [0:0]',
  '-A FORWARD -j DOCKER-USER',
  '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
  '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A FORWARD -o docker0 -j DOCKER',
  '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
  '-A FORWARD -i docker0 -o docker0 -j ACCEPT',
  '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
  '-A DOCKER-USER -j RETURN',
  'COMMIT',
  'END',
);

/** What filters and routes packets, where the CNI puts no rule of its own into FORWARD. */
const filters: Group = {
  name: 'AWS VPC CNI, kube-proxy in mode iptables',
  cluster: ['--cni', 'aws-vpc', '--kube-proxy-mode', 'iptables', '--ip-families', 'IPv4'],
  prepares: script(
    // Two network namespaces, each on a link of its own: they reach each other through FORWARD alone, as pods of two nodes do.
    'for n in 1 2; do',
    '  ip netns add e2e-$n; ip link add e2e-$n type veth peer name eth0 netns e2e-$n',
    '  ip addr add 10.97.$n.1/24 dev e2e-$n; ip link set e2e-$n up',
    '  ip -n e2e-$n addr add 10.97.$n.2/24 dev eth0; ip -n e2e-$n link set eth0 up',
    '  ip -n e2e-$n route add default via 10.97.$n.1',
    'done',
    'sysctl -qw net.ipv4.ip_forward=1',
    // systemd-networkd removes rules of others when it configures a link; without one that is its own it leaves them.
    write('/etc/systemd/network/10-e2e.network', '[Match]', 'Name=e2e-net', '[Network]', 'Address=10.95.0.1/24'),
    'ip link add e2e-net type dummy; systemctl start systemd-networkd',
    write(KUBELET, 'kind: KubeletConfiguration', `resolvConf: ${RESOLV}`),
  ),
  breakages: [
    {
      name: 'fails by the policy that docker sets, after the chain that it keeps for administrators',
      rule: 'forward-policy',
      breaks: DOCKERS,
      expected: {
        verdict: 'fail',
        severity: 'required',
        now: { verdict: 'fail', actual: 'dropped', cause: 'value' },
        message: 'filter FORWARD (ip) drops packets of pods by its policy',
      },
      heals: 'iptables -w -P FORWARD ACCEPT',
      proves: 'ip netns exec e2e-1 busybox ping -c 1 -W 2 10.97.2.2',
    },
    {
      name: 'warns of systemd-networkd, which removes a routing rule of others when it starts again',
      rule: 'networkd-foreign-rules',
      breaks: ':',
      expected: {
        verdict: 'warn',
        severity: 'recommended',
        now: { verdict: 'fail', actual: 'yes', cause: 'unset' },
      },
      heals: write(
        '/etc/systemd/networkd.conf.d/e2e.conf',
        '[Network]',
        'ManageForeignRoutingPolicyRules=no',
        'ManageForeignRoutes=no',
      ),
      proves: script(
        'ip rule add from 10.97.1.9 lookup 1024 pref 1536; systemctl restart systemd-networkd; sleep 3',
        'ip rule | grep -q "^1536:"; gone=$?',
        'ip rule del pref 1536; exit $gone',
      ),
    },
    {
      name: 'fails where a module is denied of which kube-proxy makes its rules',
      rule: 'iptables-nft',
      ...denied('xt_statistic', 'install xt_statistic /bin/false'),
      expected: { verdict: 'fail', ...notAvailable('xt_statistic') },
      proves: script(
        'rule="OUTPUT -d 203.0.113.1 -m statistic --mode random --probability 0.5 -j RETURN"',
        'iptables -w -A $rule && iptables -w -D $rule',
      ),
    },
    {
      name: 'warns where overlay is loaded, and a hardening file denies it at the next boot',
      rule: 'overlay',
      breaks: write(OVERLAY, '# CIS', 'blacklist overlay', 'install overlay /bin/false'),
      expected: {
        verdict: 'warn',
        severity: 'recommended',
        now: { verdict: 'pass' },
        boot: { verdict: 'fail', cause: 'deny-listed', source: { file: OVERLAY, line: 3 } },
      },
      heals: `rm ${OVERLAY}`,
    },
    {
      name: 'warns where /etc/resolv.conf names a resolver on the loopback interface',
      rule: 'resolv-conf',
      breaks: write(RESOLV, '# by hand', 'nameserver 127.0.0.53'),
      expected: {
        verdict: 'warn',
        now: { verdict: 'fail', actual: '127.0.0.53', source: { file: RESOLV, line: 2 } },
      },
      heals: write(RESOLV, 'nameserver 192.0.2.1'),
    },
    {
      name: 'warns by the files of ufw as its package has them, once it is enabled',
      rule: 'ufw-routed',
      breaks: script(
        write('/etc/ufw/ufw.conf', '# /etc/ufw/ufw.conf', '#', '', 'ENABLED=yes', 'LOGLEVEL=low'),
        write(UFW, 'IPV6=yes', 'DEFAULT_INPUT_POLICY="DROP"', 'DEFAULT_FORWARD_POLICY="DROP"', 'MANAGE_BUILTINS=no'),
        write('/etc/ufw/user.rules', '*filter', ':ufw-user-input - [0:0]', ':ufw-user-forward - [0:0]', 'COMMIT'),
      ),
      expected: { verdict: 'warn', now: { verdict: 'fail', actual: 'DROP', source: { file: UFW, line: 3 } } },
      heals: `sed -i 's/FORWARD_POLICY="DROP"/FORWARD_POLICY="ACCEPT"/' ${UFW}`,
    },
    {
      name: 'warns where firewalld (a made-up service) has the pods in no zone that accepts',
      rule: 'firewalld-zones',
      breaks: script(madeUpService('firewalld'), write('/etc/firewalld/firewalld.conf', 'DefaultZone=public')),
      expected: { verdict: 'warn', now: { verdict: 'fail', actual: 'in no trusted zone', cause: 'unset' } },
      heals: write(
        '/etc/firewalld/zones/trusted.xml',
        '<?xml version="1.0" encoding="utf-8"?>',
        '<zone target="ACCEPT">',
        '  <source address="10.97.0.0/16"/>',
        '</zone>',
      ),
    },
    {
      name: 'warns where a table has overflowed and is nearly full',
      rule: 'neighbour-table',
      breaks: script(
        'ip link add e2e-arp type dummy; ip link set e2e-arp up; ip addr add 10.96.0.1/16 dev e2e-arp',
        'sysctl -qw net.ipv4.neigh.default.gc_thresh3=24',
        'for n in $(seq 10 49); do ip neigh add 10.96.0.$n lladdr 02:00:00:00:00:02 nud reachable dev e2e-arp; done',
        // Those that nothing removes, so that the count does not depend on when it is read.
        'for n in $(seq 100 129); do ip neigh add 10.96.0.$n lladdr 02:00:00:00:00:02 nud permanent dev e2e-arp; done; :',
      ),
      expected: {
        verdict: 'warn',
        severity: 'recommended',
        now: { verdict: 'fail', cause: 'value', expected: 'below 19 (80 % of net.ipv4.neigh.default.gc_thresh3)' },
        message: expect.stringMatching(/^arp_cache has \d+ of 24 entries, and overflowed \d+ times/),
      },
      heals: 'sysctl -qw net.ipv4.neigh.default.gc_thresh3=1024',
      proves:
        'for n in $(seq 50 89); do ip neigh replace 10.96.1.$n lladdr 02:00:00:00:00:02 nud reachable dev e2e-arp || exit 1; done',
    },
  ],
  clears: script(
    'iptables -w -P FORWARD ACCEPT; iptables -w -F FORWARD; for chain in DOCKER DOCKER-ISOLATION-STAGE-1 DOCKER-USER; do iptables -w -F $chain; iptables -w -X $chain; done',
    'systemctl stop systemd-networkd.service systemd-networkd.socket',
    'ip netns del e2e-1; ip netns del e2e-2; ip link del e2e-arp; ip link del e2e-net',
    `rm -f ${KUBELET}`,
    withoutService('firewalld'),
    'sysctl -qw net.ipv4.ip_forward=0 net.ipv4.neigh.default.gc_thresh3=1024',
  ),
};

const ROUTER = '/run/e2e-router.pl';
/** Has the kernel hear a router on the link e2e-ra, which takes its default route from it. */
const HEARS =
  'n=0; until ip -6 route show default | grep -q "dev e2e-ra"; do [ $n -lt 50 ] || exit 1; perl ' +
  `${ROUTER} $(cat /sys/class/net/e2e-router/ifindex); sleep 0.1; n=$((n + 1)); done`;
const STRICT = '/etc/sysctl.d/60-e2e-hardening.conf';
const FORWARDS = '/etc/sysctl.d/60-e2e-k8s.conf';
const OWN_FILTER = [
  '-net.ipv4.conf.lxc*.rp_filter = 0',
  '-net.ipv4.conf.cilium_*.rp_filter = 0',
  'net.ipv4.conf.all.rp_filter = 0',
];
const MAX = 'net.netfilter.nf_conntrack_max';
const track = (n: string, to = '10.98.1.1') =>
  `conntrack -I -p tcp -s 10.98.0.${n} -d ${to} --sport 9 --dport 9 --state ESTABLISHED -u ASSURED -t 600`;

/** Sysctls of interfaces that come late, and counters. */
const sysctls: Group = {
  name: 'Cilium in place of kube-proxy, dual stack',
  cluster: ['--cni', 'cilium', '--kube-proxy-mode', 'none', '--ip-families', 'IPv4,IPv6'],
  prepares: script(
    'ip link add cilium_host type dummy; udevadm settle; sysctl -qw net.ipv4.conf.cilium_host.rp_filter=0 net.ipv4.conf.all.rp_filter=0',
    // What a router on a link of the same network namespace says is heard with accept_ra_from_local only.
    'ip link add e2e-ra type veth peer name e2e-router',
    'sysctl -qw net.ipv6.conf.e2e-ra.accept_ra_from_local=1 net.ipv6.conf.e2e-ra.accept_dad=0 net.ipv6.conf.e2e-router.accept_dad=0',
    'ip link set e2e-ra up; ip link set e2e-router up',
    write(
      ROUTER,
      'use Socket qw(:all);',
      'socket(my $s, AF_INET6, SOCK_RAW, 58) or die $!;',
      'setsockopt($s, SOL_SOCKET, 25, "e2e-router\\0") or die $!;',
      'setsockopt($s, 41, 18, pack("i", 255)) or die $!;',
      'my $all = pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $ARGV[0]);',
      'send($s, pack("CCnCCnNN", 134, 0, 0, 64, 0, 1800, 0, 0), 0, $all) or die $!;',
    ),
    `for n in $(seq 60); do ${track('$n')}; done`,
    `sysctl -n ${MAX} >/run/e2e-max`,
  ),
  breakages: [
    {
      name: 'fails where a pattern in sysctl.d reaches an interface that comes late, and names both',
      rule: 'rp-filter',
      breaks: script(
        write(STRICT, '# CIS', 'net.ipv4.conf.*.rp_filter = 1'),
        'ip link add lxc_e2e type dummy; udevadm settle',
      ),
      expected: {
        verdict: 'fail',
        now: { verdict: 'fail', actual: '1', cause: 'value' },
        message: expect.stringContaining('lxc_e2e'),
        boot: { verdict: 'fail', actual: '1', cause: 'overridden', source: { file: STRICT, line: 2 } },
      },
      heals: script(
        write('/etc/sysctl.d/99-zzz-override_cilium.conf', ...OWN_FILTER),
        '/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/lxc_e2e --prefix=/net/ipv4/conf/all',
      ),
      proves: script(
        'ip link add lxc_late type dummy; udevadm settle',
        'read -r value </proc/sys/net/ipv4/conf/lxc_late/rp_filter; ip link del lxc_late; [ "$value" = 0 ]',
      ),
    },
    {
      name: 'warns where the next boot will forward IPv6, and the route of a router will go',
      rule: 'accept-ra',
      breaks: script(HEARS, write(FORWARDS, 'net.ipv6.conf.all.forwarding = 1')),
      expected: {
        verdict: 'warn',
        severity: 'recommended',
        now: { verdict: 'pass' },
        boot: { verdict: 'fail', actual: '1' },
      },
      heals: script(
        `echo 'net.ipv6.conf.e2e-ra.accept_ra = 2' >>${FORWARDS}`,
        'sysctl -qw net.ipv6.conf.e2e-ra.accept_ra=2',
      ),
      proves: script(
        'sysctl -qw net.ipv6.conf.all.forwarding=1; ip -6 route show default | grep -q "dev e2e-ra"; gone=$?',
        `sysctl -qw net.ipv6.conf.all.forwarding=0; ${HEARS}; exit $gone`,
      ),
    },
    {
      name: 'warns where the table is nearly full',
      rule: 'conntrack-headroom',
      breaks: `sysctl -qw ${MAX}=$(($(sysctl -n net.netfilter.nf_conntrack_count) * 100 / 88))`,
      expected: {
        verdict: 'warn',
        severity: 'recommended',
        now: { verdict: 'fail', cause: 'value' },
        message: expect.stringMatching(/^net\.netfilter\.nf_conntrack_count is \d+$/),
      },
      heals: `sysctl -qw ${MAX}=$(cat /run/e2e-max)`,
      proves: `conntrack -D -d 10.98.1.2; for n in $(seq 101 140); do ${track('$n', '10.98.1.2')} || exit 1; done`,
    },
  ],
  clears: script(
    'ip link del lxc_e2e; ip link del cilium_host; ip link del e2e-ra',
    `sysctl -qw ${MAX}=$(cat /run/e2e-max) net.ipv6.conf.all.forwarding=0; conntrack -D -d 10.98.1.1; rm -f ${ROUTER} /run/e2e-max`,
  ),
};

export const NETWORK: readonly Group[] = [filters, sysctls];
