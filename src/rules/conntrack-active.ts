import { judgeActive } from '../judge/active-module.ts';
import { moduleAtBoot } from '../judge/boot.ts';
import { SHOWN_BY } from '../judge/module.ts';
import type { Rule } from './rule.ts';

/**
 * kube-proxy opens nf_conntrack_max when it starts, before any rule of its own could make the kernel load the module, and exits when
 * it is not there (typhoon#1557). Usually something else has loaded it by then, but not on Rocky 9 or a minimal RHEL 10. So a module that
 * is merely on disk fails: on a node whose kube-proxy is at work it would be active.
 */
export const conntrackActive: Rule = {
  id: 'conntrack-active',
  aliases: ['nf_conntrack', SHOWN_BY.nf_conntrack],
  title: 'Connection tracking is active',

  repair: { module: 'nf_conntrack' },

  applies({ kubeProxyMode }) {
    if (kubeProxyMode === 'none') return { skip: 'the cluster runs without kube-proxy' };
    if (kubeProxyMode !== undefined) return { severity: 'required', because: 'kube-proxy exits without it' };
    return {
      severity: 'recommended',
      because: 'kube-proxy exits without it; its mode is not known (--kube-proxy-mode)',
    };
  },

  evaluate: (facts, profile) => judgeActive('nf_conntrack', SHOWN_BY.nf_conntrack, facts, profile),

  atBoot: (facts, profile) => moduleAtBoot('nf_conntrack', facts, profile),
};
