import { expect, test } from 'vitest';
import { nearestRule, recognizeRules } from '../../src/judge/recognize-rules.ts';
import { RULES } from '../../src/rules/index.ts';

const github = 'https://github.com/';

/** What people paste, as they pasted it, where, and the rules that are about it. */
const PASTED: [text: string, source: string, rules: string[]][] = [
  [
    'Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory',
    'flannel-io/flannel/issues/2166',
    ['br-netfilter'],
  ],
  [
    '        [ERROR FileContent--proc-sys-net-bridge-bridge-nf-call-iptables]: /proc/sys/net/bridge/bridge-nf-call-iptables does not exist\n' +
      '        [ERROR FileContent--proc-sys-net-ipv4-ip_forward]: /proc/sys/net/ipv4/ip_forward contents are not set to 1',
    'kubernetes/kubeadm/issues/312',
    ['br-netfilter', 'ipv4-forwarding'],
  ],
  [
    '[preflight] Some fatal errors occurred:\n\t/proc/sys/net/bridge/bridge-nf-call-iptables contents are not set to 1',
    'kubernetes/website/pull/5707',
    ['bridge-nf-call-iptables'],
  ],
  [
    '"stderr_lines": ["\\t[WARNING FileExisting-crictl]: crictl not found in system path", "[preflight] Some fatal errors occurred:", "\\t[ERROR FileContent--proc-sys-net-bridge-bridge-nf-call-iptables]: /proc/sys/net/bridge/bridge-nf-call-iptables contents are not set to 1"]',
    'grycap/ansible-role-kubernetes/issues/16',
    ['bridge-nf-call-iptables'],
  ],
  [
    'Error: error execution phase initialize: Write file /proc/sys/net/bridge/bridge-nf-call-iptables fail: open /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory',
    'openyurtio/openyurt/issues/568',
    ['br-netfilter'],
  ],
  [
    'sysctl: setting key "net.bridge.bridge-nf-call-ip6tables": No such file or directory',
    'kubernetes/website/issues/31508',
    ['br-netfilter'],
  ],
  [
    'fatal: [black]: FAILED! => {"changed": false, "failed": true, "msg": "setting net.bridge.bridge-nf-call-iptables failed: sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory\\n"}',
    'chris-short/rak8s/issues/13',
    ['br-netfilter'],
  ],
  [
    'WARNING: bridge-nf-call-iptables is disabled\nWARNING: bridge-nf-call-ip6tables is disabled',
    'moby/moby/issues/24809',
    ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables'],
  ],
  [
    'I0414 21:09:01.778514       5 proxier.go:205] missing br-netfilter module or unset br-nf-call-iptables; proxy may not work as intended',
    'kubernetes/kubernetes/issues/24295',
    ['br-netfilter'],
  ],
  [
    'WARNING: IPv4 forwarding is disabled. Networking will not work.',
    'wg-easy/wg-easy/issues/225',
    ['ipv4-forwarding'],
  ],
  [
    '5286 server.go:489] open /proc/sys/net/netfilter/nf_conntrack_max: no such file or directory',
    'corneliusweig/kubernetes-lxd/issues/13',
    ['conntrack-active'],
  ],
  [
    '[1454500.910215] nf_conntrack: table full, dropping packet',
    'kubernetes/kubernetes/issues/18604',
    ['conntrack-headroom'],
  ],
  [
    '[2833841.216211] nf_conntrack: nf_conntrack: table full, dropping packet',
    'kubernetes-retired/kube-aws/pull/476',
    ['conntrack-headroom'],
  ],
  [
    'Jun 11 11:04:35 k8snode228 kernel: neighbour: arp_cache: neighbor table overflow!',
    'Requiem4Eternity/Appstream/issues/102',
    ['neighbour-table'],
  ],
  ['ndisc_cache: neighbor table overflow!', 'freifunk-berlin/bbb-configs/issues/512', ['neighbour-table']],
  ['ipv4: Neighbour table overflow.', 'freifunk-gluon/gluon/issues/83', ['neighbour-table']],
  [
    'E0816 09:27:54.402647       1 main.go:330] Error registering network: operation not supported',
    'flannel-io/flannel/issues/1406',
    ['vxlan'],
  ],
  [
    'k3s[260961]: time="2021-11-03T03:58:08Z" level=fatal msg="flannel exited: operation not supported"',
    'flannel-io/flannel/issues/1502',
    ['vxlan'],
  ],
  [
    'modprobe: FATAL: Module vxlan not found in directory /lib/modules/5.13.0-1008-raspi',
    'flannel-io/flannel/issues/1502',
    ['vxlan'],
  ],
  ['flanneld can not start [VXLAN init: operation not supported]', 'flannel-io/flannel/issues/441', ['vxlan']],
  [
    'network sandbox join failed: subnet sandbox join failed for "10.0.0.0/24": error creating vxlan interface: operation not supported',
    'moby/libnetwork/issues/1166',
    ['vxlan'],
  ],
  [
    "E0514 13:55:16.139837       1 server_others.go:304] can't determine whether to use ipvs proxy, error: IPVS proxier will not be used because the following required kernel modules are not loaded: [ip_vs_sh nf_conntrack_ipv4 ip_vs ip_vs_rr ip_vs_wrr]",
    'kubernetes/kubernetes/issues/63801',
    ['ipvs'],
  ],
  [
    "W1116 09:02:43.496621       1 server_others.go:264] Can't use ipvs proxier, trying iptables proxier",
    'kubernetes/kubernetes/issues/55864',
    ['ipvs'],
  ],
  ['\t[WARNING RequiredIPVSKernelModulesAvailable]: ', 'puppetlabs/puppetlabs-kubernetes/pull/310', ['ipvs']],
  [
    'time="2017-10-19T22:42:27Z" level=error msg="Could not get ipvs family information from the kernel. It is possible that ipvs is not enabled in your kernel. Native loadbalancing will not work until this is fixed."',
    'kubernetes-retired/bootkube/issues/741',
    ['ipvs'],
  ],
  [
    'level=warning msg="ip6tables v1.6.1: can\'t initialize ip6tables table `filter\': Table does not exist (do you need to insmod?)" subsys=iptables',
    'cilium/cilium/issues/11162',
    ['iptables-legacy'],
  ],
  [
    "iptables v1.8.3 (legacy): can't initialize iptables table `filter': Table does not exist (do you need to insmod?)",
    'Place1/wg-access-server/issues/192',
    ['iptables-legacy'],
  ],
  [
    'level=fatal msg="iptables modules could not be initialized" error="could not load module ip_tables: exit status 1" subsys=iptables',
    'cilium/cilium/issues/7892',
    ['iptables-legacy'],
  ],
  [
    'Warning: Extension MASQUERADE revision 0 not supported, missing kernel module?\niptables v1.8.10 (nf_tables): Could not fetch rule set generation id: Invalid argument',
    'ngoduykhanh/wireguard-ui/issues/677',
    ['iptables-nft'],
  ],
  [
    'Warning: Extension MARK revision 0 not supported, missing kernel module?\nip6tables v1.8.10 (nf_tables):  RULE_APPEND failed (No such file or directory): rule in chain POSTROUTING',
    'jamesmcm/vopono/issues/297',
    ['known-kernels', 'iptables-nft'],
  ],
  [
    'kubelet.go:1335] Failed to start ContainerManager [Invalid kernel flag: kernel/panic_on_oops, expected value: 1, actual value: 0, Invalid kernel flag: vm/overcommit_memory, expected value: 1, actual value: 0]',
    'kubernetes/kubernetes/issues/66241',
    ['kubelet-kernel-defaults'],
  ],
  [
    'microk8s.daemon-kubelite: E0424 03:43:38.826373    8825 kubelet.go:1423] "Failed to start ContainerManager" err="[invalid kernel flag: kernel/panic, expected value: 10, actual value: 0]"',
    'canonical/microk8s/issues/3091',
    ['kubelet-kernel-defaults'],
  ],
  [
    '2018/09/06 13:02:45 [FATAL] plugin/loop: Seen "HINFO IN 2050421060481615995.5620656063561519376." more than twice, loop detected',
    'coredns/coredns/issues/2087',
    ['resolv-conf'],
  ],
  [
    '2018/11/03 00:27:22 [FATAL] plugin/loop: Forwarding loop detected in "." zone. Exiting. See https://coredns.io/plugins/loop#troubleshooting.',
    'coredns/coredns/issues/2264',
    ['resolv-conf'],
  ],
  [
    '[FATAL] plugin/loop: Loop (127.0.0.1:34614 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 6074102630077018525.5798689655824409358.',
    'coredns/coredns/issues/2790',
    ['resolv-conf'],
  ],
  [
    'level=fatal msg="Failed to initialize wireguard agent" error="wireguard not supported by the Linux kernel (netlink: operation not supported). Please upgrade your kernel or manually install the kernel module: https://www.wireguard.com/install/" subsys=daemon',
    'cilium/cilium/pull/15825',
    ['wireguard'],
  ],
  [
    'dockerd[736]: time="2023-08-13T04:44:00.946986048Z" level=error msg="failed to mount overlay: no such device" storage-driver=overlay2',
    'OE4T/meta-tegra/pull/1311',
    ['overlay'],
  ],
  [
    'kube-controller2 modprobe[28618]: modprobe: FATAL: Module overlay not found in directory /lib/modules/4.16.0-0.bpo.2-amd64',
    'containerd/cri/issues/878',
    ['overlay'],
  ],
];

test.each(PASTED)('%j (%s) is about %j', (text, _, rules) => {
  const recognized = (pasted: string) => recognizeRules(pasted, RULES).map(({ rule }) => rule.id);
  expect(recognized(text).sort()).toEqual([...rules].sort());
  // A shell takes the quotes of what is pasted without any.
  expect(recognized(text.replaceAll(/["'`]/g, '')).sort()).toEqual([...rules].sort());
});

test.each(PASTED)('%j (%s) comes from a page that can be opened', (_, source) => {
  expect(new URL(github + source).pathname).toMatch(/^\/[\w.-]+\/[\w.-]+\/(issues|pull)\/\d+$/);
});

test.each<[string, string[]]>([
  ['addrtype', ['iptables-nft']],
  ['xt_addrtype', ['iptables-nft']],
  ['conntrack', ['conntrack-active', 'conntrack-headroom']],
  ['forwarding', ['ipv4-forwarding', 'ipv6-forwarding']],
  ['ip_forward', ['ipv4-forwarding']],
  ['/proc/sys/net/ipv4/ip_forward', ['ipv4-forwarding']],
  ['net.bridge.bridge-nf-call-iptables', ['bridge-nf-call-iptables']],
  ['bridge', ['br-netfilter', 'bridge-nf-call-iptables']],
  ['ip_vs_rr', ['ipvs']],
])('the word %s leads to %j, among others', (word, rules) => {
  const found = recognizeRules(word, RULES).map(({ rule }) => rule.id);
  expect(found).toEqual(expect.arrayContaining(rules));
});

test.each([
  ['I1130 08:00:00.000000 1 kube.go:139] Found network config - Backend type: vxlan'],
  ['I1130 08:00:00.000000 1 server_linux.go:66] "Using ipvs Proxier"'],
  ['kube-proxy Using ipvs Proxier'],
  ['The flannel network is set up with wireguard'],
])('what works is no fault: %s', (line) => {
  expect(recognizeRules(line, RULES)).toEqual([]);
  expect(nearestRule(line, RULES)).toBeUndefined();
});

test('a text that no rule is about leads to the nearest, where one is near', () => {
  expect(nearestRule('pods cannot be reached: forwarding of IPv4 packets', RULES)?.id).toBe('ipv4-forwarding');
  expect(nearestRule('the quick brown fox jumps over the lazy dog', RULES)).toBeUndefined();
  expect(nearestRule('', RULES)).toBeUndefined();
});
