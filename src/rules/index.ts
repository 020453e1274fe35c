// Made by npm run docs of the files in this folder.
import type { Rule } from '../judge/rule.ts';
import { acceptRa } from './accept-ra.ts';
import { brNetfilter } from './br-netfilter.ts';
import { bridgeNfCallIp6tables } from './bridge-nf-call-ip6tables.ts';
import { bridgeNfCallIptables } from './bridge-nf-call-iptables.ts';
import { btf } from './btf.ts';
import { cgroupV2 } from './cgroup-v2.ts';
import { conntrackActive } from './conntrack-active.ts';
import { conntrackHeadroom } from './conntrack-headroom.ts';
import { firewalldZones } from './firewalld-zones.ts';
import { forwardPolicy } from './forward-policy.ts';
import { geneve } from './geneve.ts';
import { ipip } from './ipip.ts';
import { iptablesLegacy } from './iptables-legacy.ts';
import { iptablesNft } from './iptables-nft.ts';
import { ipv4Forwarding } from './ipv4-forwarding.ts';
import { ipv6Forwarding } from './ipv6-forwarding.ts';
import { ipvs } from './ipvs.ts';
import { istio } from './istio.ts';
import { knownKernels } from './known-kernels.ts';
import { kubeletKernelDefaults } from './kubelet-kernel-defaults.ts';
import { longhorn } from './longhorn.ts';
import { neighbourTable } from './neighbour-table.ts';
import { networkdForeignRules } from './networkd-foreign-rules.ts';
import { networkmanagerDevices } from './networkmanager-devices.ts';
import { nftables } from './nftables.ts';
import { nmCloudSetup } from './nm-cloud-setup.ts';
import { openvswitch } from './openvswitch.ts';
import { overlay } from './overlay.ts';
import { resolvConf } from './resolv-conf.ts';
import { rpFilter } from './rp-filter.ts';
import { ufwRouted } from './ufw-routed.ts';
import { vxlan } from './vxlan.ts';
import { wickedForwarding } from './wicked-forwarding.ts';
import { wireguard } from './wireguard.ts';

/** All prerequisites, in the order in which they are shown. */
export const RULES: readonly Rule[] = [
  brNetfilter,
  bridgeNfCallIptables,
  bridgeNfCallIp6tables,
  ipv4Forwarding,
  ipv6Forwarding,
  conntrackActive,
  vxlan,
  rpFilter,
  conntrackHeadroom,
  iptablesNft,
  ipvs,
  overlay,
  openvswitch,
  geneve,
  ipip,
  wireguard,
  nftables,
  networkdForeignRules,
  kubeletKernelDefaults,
  neighbourTable,
  resolvConf,
  cgroupV2,
  btf,
  forwardPolicy,
  networkmanagerDevices,
  nmCloudSetup,
  firewalldZones,
  ufwRouted,
  wickedForwarding,
  acceptRa,
  iptablesLegacy,
  knownKernels,
  istio,
  longhorn,
];
