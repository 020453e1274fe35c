import { readModule } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { type Rule, recommended, required, skip } from '../judge/rule.ts';

const MATCHES = ['xt_comment', 'xt_addrtype', 'xt_mark', 'xt_statistic', 'xt_MASQUERADE'];
const SETS = ['ip_set', 'xt_set'];
const USE_SETS: readonly (string | undefined)[] = ['calico', 'canal', 'kube-router'];

/** What kube-proxy and CNIs write in iptables' language needs a module of the kernel for each kind of match. */
export const iptablesNft: Rule = {
  id: 'iptables-nft',
  aliases: ['nft_compat', 'xt_comment', 'xt_MASQUERADE'],
  title: 'The kernel understands the rules of iptables',

  applies({ kubeProxyMode, cni }) {
    if (kubeProxyMode === 'iptables' || kubeProxyMode === 'ipvs')
      return required('kube-proxy writes rules of iptables');
    if (kubeProxyMode === undefined) return recommended('kube-proxy may write rules of iptables (--kube-proxy-mode)');
    if (USE_SETS.includes(cni)) return recommended(`${cni} writes rules of iptables, unless set up otherwise`);
    return skip('nothing is known to write rules of iptables');
  },

  requires: availableModules([...MATCHES, ...SETS, 'nft_compat', 'ip_tables'], ({ cni, kubeProxyMode }, facts) => {
    // Before Linux 5.2 each address family has a module of its own.
    const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(facts.kernel.release ?? '') ?? []).map(Number);
    const matches =
      major > 5 || (major === 5 && minor >= 2) ? MATCHES : MATCHES.filter((name) => name !== 'xt_MASQUERADE');
    // The older iptables, whose tables live in ip_tables, does without nft_compat.
    const tables = readModule(facts, 'ip_tables');
    const legacy = tables !== 'not-asked' && tables.loaded === true;
    const sets = kubeProxyMode === 'ipvs' || USE_SETS.includes(cni) ? SETS : [];
    return [...matches, ...sets, ...(legacy ? [] : ['nft_compat'])];
  }),

  explain: {
    when: 'kube-proxy runs in iptables or ipvs mode',
    messages: [
      {
        text: 'Warning: Extension MASQUERADE revision 0 not supported, missing kernel module?',
        from: 'iptables, in the log of kube-proxy or of the CNI',
      },
      { text: 'iptables: No chain/target/match by that name', from: 'the same' },
    ],
    symptoms: ['Services do not work from the start. kube-proxy is running, and logs an error every few seconds.'],
    meaning: [
      'Each kind of match in a rule (`-m comment`, `-m statistic`, `-j MASQUERADE`) is a module. The iptables of today hands them to nftables through `nft_compat`.',
      'RHEL 10 and its kin have them in `kernel-modules-extra`, which is not installed by default. They load when a rule needs them: none has to be loaded before.',
    ],
    needed: [
      { cluster: 'kube-proxy in iptables or ipvs mode', verdict: 'required' },
      { cluster: "kube-proxy's mode not known; Calico, Canal, kube-router without it", verdict: 'recommended' },
      { cluster: 'kube-proxy in nftables mode, or none (Cilium, OVN-Kubernetes)', verdict: 'skipped' },
    ],
    sources: {
      issues: ['kubernetes/kops#18724', 'kubernetes/kops#17789', 'k3s-io/k3s#491', 'projectcalico/calico#8726'],
      references: [{ title: 'iptables-extensions(8)' }],
    },
  },
};
