import type { ClusterProfile } from '../cluster/profile.ts';
import type { CniId } from '../cnis/lookup.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { availableModules } from '../judge/available-modules.ts';
import { info, type Rule, recommended, required, skip } from '../judge/rule.ts';

const SETS = ['ip_set', 'xt_set'];
const SERVICES = ['xt_addrtype', 'xt_statistic'];
const VARIANTS = ['nft_compat', 'iptable_nat', 'xt_MASQUERADE', 'ipt_MASQUERADE'];
const FELIX: ReadonlySet<CniId | undefined> = new Set(['calico', 'canal']);

/** The modules that this cluster's programs use in their rules. Which of them a kernel needs depends on its modules, not on its version. */
function needed({ cni, kubeProxyMode }: ClusterProfile, _facts: NodeFacts, has: (name: string) => boolean): string[] {
  const withSets = kubeProxyMode === 'ipvs' || cni === 'kube-router' || FELIX.has(cni);
  return [
    ...(has('iptable_nat') ? [] : ['nft_compat']),
    'xt_comment',
    'xt_mark',
    has('ipt_MASQUERADE') ? 'ipt_MASQUERADE' : 'xt_MASQUERADE',
    ...(kubeProxyMode === 'iptables' ? SERVICES : withSets ? SERVICES.slice(0, 1) : []),
    ...(withSets ? SETS : []),
  ];
}

/** The parts of iptables rules. If the extension of one rule is missing, iptables-restore rejects all rules of that call. */
export const iptablesNft: Rule = {
  id: 'iptables-nft',
  aliases: ['nft_compat', 'xt_comment', 'xt_MASQUERADE'],
  title: 'The kernel has what iptables rules need',

  applies({ cni, kubeProxyMode: mode, agentNeedsBridgeNetfilter }) {
    if (mode === 'iptables' || mode === 'ipvs') return required(`kube-proxy (${mode}) programs iptables rules`);
    if (cni === 'kube-router') return required('kube-router programs iptables rules');
    if (mode === undefined) return recommended("kube-proxy's mode is not known (--kube-proxy-mode)");
    // A flanneld that requires bridge netfilter does not use nftables.
    if (cni === 'flannel' && agentNeedsBridgeNetfilter) return required('flannel programs iptables rules');
    if (cni === 'flannel') return info('flannel programs iptables rules, unless EnableNFTables is set');
    if (FELIX.has(cni)) return info('Calico programs iptables rules, unless it uses nftables or eBPF');
    return skip('nothing is known to program iptables rules here');
  },

  requires: availableModules(['xt_comment', 'xt_mark', ...SERVICES, ...SETS, ...VARIANTS], { among: needed }),

  explain: {
    when: 'kube-proxy (iptables or ipvs), kube-router or flannel programs iptables rules',
    messages: [
      { text: 'Warning: Extension MASQUERADE revision 0 not supported, missing kernel module?', from: 'iptables' },
      { text: 'iptables: No chain/target/match by that name.', from: 'iptables, through kube-router' },
    ],
    variants: [
      'Could not fetch rule set generation id',
      "Couldn't load match",
      'revision 0 not supported, missing kernel module?',
      'No chain/target/match by that name',
      'RULE_APPEND failed (No such file or directory)',
    ],
    symptoms: ['No Service works, and pods reach nothing outside the cluster. kube-proxy keeps retrying.'],
    meaning: [
      'Each match and target in an iptables rule is a module: `xt_comment`, `xt_MASQUERADE` and so on. With iptables on nf_tables, `nft_compat` connects the two. ' +
        'The kernel loads them for the first rule that uses them.',
      'Minimal images of the RHEL 10 family lack most of them: they are in the package `kernel-modules-extra` of exactly the running kernel.',
    ],
    needed: [
      { cluster: 'kube-proxy in mode iptables or ipvs; kube-router', verdict: 'required' },
      { cluster: 'flannel known to work without nftables, whatever kube-proxy does', verdict: 'required' },
      { cluster: "kube-proxy's mode not known", verdict: 'recommended' },
      {
        cluster: 'flannel, Calico or Canal with kube-proxy in mode nftables, or without it',
        verdict: 'info: they may use nftables or eBPF',
      },
      { cluster: 'other CNIs with kube-proxy in mode nftables, or without it', verdict: 'skipped' },
    ],
    now: [
      'Read: whether `xt_comment`, `xt_mark` and `xt_MASQUERADE` are built in, loaded, or on disk for the running kernel, and not denied; for kube-proxy in mode iptables ' +
        '`xt_addrtype` and `xt_statistic`, too; for mode ipvs, kube-router, Calico and Canal `xt_addrtype`, `ip_set` and `xt_set`. None has to be loaded.',
      'Kernels before 5.2 have `ipt_MASQUERADE` in place of `xt_MASQUERADE`: either passes. `nft_compat` is asked for only where the kernel has no `iptable_nat`: ' +
        'with that, iptables in legacy mode works without `nft_compat`, and which mode a program uses is not read.',
    ],
    sources: {
      issues: ['kubernetes/kops#18724', 'kubernetes/kops#18734', 'k3s-io/k3s#491', 'projectcalico/calico#8726'],
      references: [{ title: 'iptables-extensions(8)' }],
    },
  },
};
