import { type FactsRequest, mergeRequests } from '../../src/facts/request.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';

const under = (tree: string, names: string) => names.split(' ').map((name) => `${tree}.${name}`);

/** As much as some forty prerequisites of a cluster's network would ask. */
export const FORTY_RULES: FactsRequest = mergeRequests([
  SWITCHES_REQUEST,
  {
    sysctls: [
      ...under(
        'net.netfilter',
        'nf_conntrack_count nf_conntrack_buckets nf_conntrack_tcp_be_liberal nf_conntrack_acct',
      ),
      ...under('net.netfilter', 'nf_conntrack_tcp_timeout_established nf_conntrack_tcp_timeout_close_wait'),
      ...under('net.ipv4.neigh.default', 'gc_thresh1 gc_thresh2 gc_thresh3'),
      ...under('net.ipv6.neigh.default', 'gc_thresh1 gc_thresh2 gc_thresh3'),
      ...under('net.ipv4.conf.{lxc*,cilium_*,cali*,veth*}', 'rp_filter'),
      ...under('net.ipv4.conf.*', 'rp_filter arp_ignore arp_announce route_localnet accept_local send_redirects'),
      ...under('net.ipv6.conf.*', 'disable_ipv6 accept_ra forwarding'),
      ...under('net.ipv4', 'ip_local_port_range ip_local_reserved_ports ip_nonlocal_bind fib_multipath_hash_policy'),
      ...under('net.ipv4', 'tcp_tw_reuse tcp_fin_timeout tcp_keepalive_time tcp_rmem tcp_wmem tcp_max_syn_backlog'),
      ...under('net.ipv4', 'udp_mem tcp_mem tcp_congestion_control ping_group_range ip_unprivileged_port_start'),
      ...under('net.ipv4.vs', 'conntrack conn_reuse_mode expire_nodest_conn expire_quiescent_template'),
      ...under('net.ipv6', 'route.max_size route.gc_thresh bindv6only'),
      ...under(
        'net.core',
        'somaxconn netdev_max_backlog rmem_max wmem_max bpf_jit_enable bpf_jit_harden default_qdisc',
      ),
      ...under('fs', 'inotify.max_user_instances inotify.max_user_watches file-max nr_open'),
      ...under('kernel', 'pid_max threads-max panic panic_on_oops unprivileged_bpf_disabled keys.maxkeys'),
      ...under('vm', 'max_map_count overcommit_memory panic_on_oom swappiness'),
    ],
    modules: [
      ...'vxlan geneve ipip wireguard tun veth dummy macvlan ipvlan 8021q sctp openvswitch ip_gre ip6_tunnel'.split(
        ' ',
      ),
      ...'ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh ip_set xt_set xt_comment xt_mark xt_multiport xt_conntrack'.split(' '),
      ...'nf_tables nft_compat nft_chain_nat nft_ct nft_masq nf_nat iptable_nat ip_tables iptable_filter'.split(' '),
      ...'ip6table_nat ip6_tables sch_ingress cls_bpf act_bpf esp4 xfrm_user overlay'.split(' '),
    ],
    persistent: ['nf_conntrack'],
    options:
      'VXLAN GENEVE WIREGUARD TUN NF_TABLES NFT_COMPAT IP_VS IP_SET BPF_SYSCALL BPF_JIT CGROUP_BPF NET_CLS_BPF INET_ESP'
        .split(' ')
        .map((name) => `CONFIG_${name}`),
    kinds: [],
    files: [],
    paths: [],
  },
]);
