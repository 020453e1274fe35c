import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { ForwardChain } from '../facts/firewall.ts';
import { demandAsked } from '../facts/read.ts';
import type { Action } from '../systems/action.ts';
import { run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { shellWord } from '../text/shell-word.ts';
import { type Passage, passageOf } from './forward-chain.ts';
import { usesFamily } from './pod-network.ts';
import { passes, unknown } from './result.ts';
import type { NowResult, Requirement } from './rule.ts';

/** What becomes of the packets of pods, and where; a chain is absent where what decides is not known. */
export interface Forwarded extends Pick<Passage, 'is'> {
  readonly chain?: ForwardChain;
  readonly rule?: string;
}

/** The worst that any chain does with the packets of pods. firewalld's own table is left out: its zones are files; what NetworkPolicies forbid is meant. */
export function forwarded(profile: ClusterProfile, facts: NodeFacts): Forwarded {
  demandAsked(facts, 'firewall');
  const { chains, unread } = facts.firewall ?? { chains: [], unread: ['all'] };
  const used = (family: string) =>
    family === 'ip' ? usesFamily(profile, 'IPv4') !== false : family !== 'ip6' || usesFamily(profile, 'IPv6') === true;
  const ofPods = chains.filter(({ family, table }) => !/^firewalld$|network-policies$/.test(table) && used(family));
  const passages = ofPods.map((chain) => ({ chain, ...passageOf(chain) }));
  const worst = passages.find(({ is }) => is === 'dropped') ?? passages.find(({ is }) => is === 'unclear');
  return worst ?? { is: unread.some(used) ? 'unclear' : 'accepted' };
}

/** The node's packet filters accept what pods send to other nodes. A chain is made anew at each boot: nothing is said of the next one. */
export function acceptsForwarded(): Requirement {
  return {
    reads: { kinds: ['firewall'] },
    now: ({ facts, profile }) => resultOf(forwarded(profile, facts)),
    explain: {
      now: [
        'Read: the chains that see forwarded packets, as `nft` and the legacy `iptables` list them, the node’s own programs or those of the image. ' +
          'Each is run only if the kernel already has its tables, so that reading loads nothing.',
        'If another rule may accept the packets, the result is unknown, and is only shown.',
      ],
      boot: ['Not judged: each boot creates packet filters again.'],
      causes: [],
    },
  };
}

function resultOf({ is, chain, rule }: Forwarded): NowResult {
  const expected = 'accepted';
  if (is === 'accepted') {
    return passes(expected, expected, 'packets of pods are accepted');
  }
  const place = chain && `${chain.table} ${chain.name} (${nameOf(chain)})`;
  if (is === 'unclear') {
    const message = chain
      ? `whether ${place} accepts packets of pods is unknown`
      : 'what the packet filters do was not read';
    return unknown(expected, message, chain ? [run(show(chain))] : []);
  }
  const what = rule === undefined ? 'by its policy' : `by the rule "${excerpt(rule, 96)}"`;
  return {
    now: { verdict: 'fail', expected, actual: 'dropped', cause: 'value' },
    message: `${place} drops packets of pods ${what}`,
    ...(chain && { why: whyOf(chain, rule), remedy: remedyOf(chain, rule) }),
  } as NowResult;
}

/** docker has chains there whenever it has set the policy. */
const ofDocker = ({ rules }: ForwardChain) => rules.some((rule) => /\bDOCKER-/.test(rule));

function whyOf(chain: ForwardChain, rule: string | undefined): string {
  if (rule !== undefined) return 'no rule before it is known to accept them';
  return ofDocker(chain)
    ? 'docker sets this policy when it starts while forwarding is off, and no rule accepts the pods'
    : 'no rule is known to accept the pods';
}

function remedyOf(chain: ForwardChain, rule: string | undefined): Action[] {
  if (rule !== undefined)
    return ['Put a rule that accepts the packets of pods before it, also in the file that has the rule'];
  if (chain.name !== 'FORWARD') return [`Make ${chain.table} ${chain.name} accept the packets of pods`];
  const docker =
    'Switch forwarding on before docker starts, or set "ip-forward-no-drop": true in /etc/docker/daemon.json (Docker 28)';
  return [run(acceptAll(chain)), ...(ofDocker(chain) ? [docker] : [])];
}

const nameOf = ({ kind, family }: ForwardChain) => (kind === 'legacy' ? `${family} of iptables-legacy` : family);
const iptables = ({ family }: ForwardChain) => `${family === 'ip6' ? 'ip6tables' : 'iptables'}-legacy`;
const nft = (chain: ForwardChain) => [chain.family, chain.table, chain.name].map(shellWord).join(' ');
const show = (chain: ForwardChain) =>
  chain.kind === 'legacy' ? `${iptables(chain)} -S FORWARD` : `nft list chain ${nft(chain)}`;
const acceptAll = (chain: ForwardChain) =>
  chain.kind === 'legacy' ? `${iptables(chain)} -P FORWARD ACCEPT` : `nft chain ${nft(chain)} '{ policy accept; }'`;
