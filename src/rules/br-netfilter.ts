import { judgeActive } from '../judge/active-module.ts';
import { moduleAtBoot } from '../judge/boot.ts';
import { SHOWN_BY } from '../judge/module.ts';
import { podNetwork } from '../judge/pod-network.ts';
import { bridgeWarning } from '../judge/remedy.ts';
import type { Rule } from './rule.ts';

/** The one module that nothing loads by itself: it has no alias, and flanneld exits without it. */
export const brNetfilter: Rule = {
  id: 'br-netfilter',
  aliases: ['br_netfilter', 'bridge-netfilter'],
  title: 'Bridge netfilter is active',

  repair: { module: 'br_netfilter' },

  applies(profile, facts) {
    const { onBridge, because } = podNetwork(profile, facts);
    if (onBridge) return { severity: 'required', because };
    if (profile.agentNeedsBridgeNetfilter) {
      return { severity: 'required', because: 'flanneld exits without it' };
    }
    if (profile.cni === 'canal' && profile.agentNeedsBridgeNetfilter === undefined) {
      return { severity: 'recommended', because: 'flanneld 0.26 and later exits without it; its version is not known' };
    }
    return onBridge === false ? { skip: because } : { severity: 'recommended', because };
  },

  evaluate(facts, profile) {
    const judgement = judgeActive('br_netfilter', SHOWN_BY.br_netfilter, facts, profile);
    if (judgement.now.verdict !== 'fail') return judgement;
    return { ...judgement, remedy: [...bridgeWarning(facts), ...judgement.remedy] };
  },

  atBoot: (facts, profile) => moduleAtBoot('br_netfilter', facts, profile),
};
