import type { ForwardChain } from '../facts/firewall.ts';

/** What becomes of a pod's packet in a chain, and the rule that decides; without one its policy does. */
export interface Passage {
  readonly is: 'accepted' | 'unclear' | 'dropped';
  readonly rule?: string;
}

/** Chains of CNIs, which accept what pods send. */
const OF_CNIS =
  /^(?:FLANNEL-FWD|(?:filter-)?cali-FORWARD|KUBE-ROUTER-FORWARD|CILIUM_FORWARD|ANTREA-FORWARD|CNI-FORWARD|WEAVE-)/;
/** Chains that are there for rules of administrators, or whose programs accept more than their own packets. */
const MAY_ACCEPT = /^(?:DOCKER-USER$|ufw6?-(?:user|before|after)-forward$|LIBVIRT_|LXC|INCUS|ts-forward$)/;
/** Chains of others, which let packets of pods pass on to the next rule; those in small letters are kube-proxy's in nftables. */
const OF_OTHERS =
  /^(?:DOCKER|KUBE-|NETAVARK|CNI-ISOLATION|ufw6?-|(?:(?:service-|nodeport-)?endpoints|cluster-ips|firewall)-check$)/;
const INTERFACES_OF_OTHERS =
  /^(?:lo$|docker|br-[0-9a-f]{12}$|virbr|lxdbr|lxcbr|incusbr|podman|cni-podman|vmbr|tailscale)/;
/** Clouds answer here; their images keep pods away from it. */
const TO_CLOUD = /(?<!! )(?:-d|ip daddr) (?:168\.63\.129\.16|169\.254\.169\.254)\b/;

/**
 * Follows the packet of a pod that begins a connection through a chain. Rules of which it cannot be told whether they accept it, or drop it, make the
 * outcome unclear where it would be another otherwise: nobody is told of a failure that is none, or of a pass that is none.
 */
export function passageOf(chain: ForwardChain): Passage {
  const { kind, rules, policy, cut } = chain;
  // A rule of which the end was not read looks as if it ended nothing.
  let mayAccept = cut === true;
  let mayDrop = false;
  const accepted = (rule?: string): Passage =>
    mayDrop ? { is: 'unclear' } : { is: 'accepted', ...(rule && { rule }) };
  const dropped = (rule?: string): Passage =>
    mayAccept ? { is: 'unclear' } : { is: 'dropped', ...(rule && { rule }) };
  for (const rule of rules) {
    const { target, conditions } = (kind === 'legacy' ? iptablesRule : nftRule)(rule);
    const always = conditions === '';
    if (target === undefined) {
      mayDrop ||= cut === true;
      continue;
    }
    if (target === 'accept' && always) return accepted(rule);
    if ((target === 'drop' || target === 'reject') && always) return dropped(rule);
    if (target === 'return' && always) return policy === 'accept' ? accepted() : dropped();
    if (OF_CNIS.test(target)) return accepted(rule);
    for (const may of outcomesOfCall(target, conditions, chain)) {
      mayAccept ||= may.accept;
      mayDrop ||= may.drop;
    }
  }
  if (cut) return { is: 'unclear' };
  return policy === 'accept' ? accepted() : dropped();
}

/** Verdicts in small letters, chains as they are; undefined: the rule ends nothing. */
interface ChainRule {
  readonly target: string | undefined;
  readonly conditions: string;
}

const VERDICTS = /^(?:accept|drop|reject|return|queue)$/i;
const ENDS_NOTHING = /^(?:LOG|NFLOG|ULOG|MARK|CONNMARK|TCPMSS|TRACE|CT|AUDIT|DSCP|CLASSIFY|SET|CHECKSUM|FLOWOFFLOAD)$/;

function iptablesRule(text: string): ChainRule {
  const [, conditions = '', target] = /^(.*?)(?:^| )-[jg] (\S+)/.exec(text) ?? [];
  const [verdict] = VERDICTS.exec(target ?? '') ?? [];
  const ends = target !== undefined && !ENDS_NOTHING.test(target);
  return { target: ends ? (verdict?.toLowerCase() ?? target) : undefined, conditions: conditions.trim() };
}

function nftRule(text: string): ChainRule {
  if (/ vmap /.test(text)) return { target: 'vmap', conditions: text };
  const [, conditions = '', verdict, chain] =
    /^(.*?)(?:^| )(?:(accept|drop|reject|return|queue)(?: (?:with|num|to|flags) .*|(?<=queue) bypass)?|(?:jump|goto) (\S+))$/.exec(
      text,
    ) ?? [];
  const plain = conditions.replace(/\b(?:log(?: (?:prefix "[^"]*"|level \S+|flags \S+|group \d+))*)/g, '');
  return { target: verdict ?? chain, conditions: plain.trim() };
}

/** The same of all rules of a chain that is called; of one that was not read, what its name tells. */
function outcomesOfCall(target: string, conditions: string, { kind, policy, called }: ForwardChain): Outcomes[] {
  const chain = called?.[target];
  if (!chain || chain.cut) return [outcomesOf(target === 'return' ? policy : target, conditions)];
  return chain.rules.flatMap((rule) => {
    const { target: verdict, conditions: when } = (kind === 'legacy' ? iptablesRule : nftRule)(rule);
    return verdict === undefined || verdict === 'return' ? [] : [outcomesOf(verdict, when)];
  });
}

interface Outcomes {
  accept: boolean;
  drop: boolean;
}

/** What a rule may do with a packet that begins a connection; a map, a program's queue or a chain of somebody may do both. */
function outcomesOf(target: string, conditions: string): Outcomes {
  if (target === 'vmap') return { accept: true, drop: !ofStates(conditions) };
  const names = conditions.matchAll(/(! )?(?:-[io]|[io]if(?:name)?( !=)?) "?([^\s"]+)"?/g);
  const ofOthers = [...names].some(([, not, unlike, name = '']) => !(not ?? unlike) && INTERFACES_OF_OTHERS.test(name));
  const [, not, unlike, states = 'new'] =
    /(! )?(?:--ctstate|--state|ct state)( !=?)? (\{[^}]*\}|\S+)/i.exec(conditions) ?? [];
  const only = (kinds: string) =>
    !(not ?? unlike) && (states.match(/\w+/g) ?? ['new']).every((state) => kinds.includes(state.toLowerCase()));
  // Replies belong to a connection that has begun: to accept them says nothing of its first packet, to drop them breaks it.
  if (ofOthers || only('invalid') || (OF_OTHERS.test(target) && !MAY_ACCEPT.test(target)))
    return { accept: false, drop: false };
  if (target === 'drop' || target === 'reject') return { accept: false, drop: !TO_CLOUD.test(conditions) };
  const accept = !only('established related invalid');
  return { accept, drop: target !== 'accept' && !MAY_ACCEPT.test(target) };
}

/** A map of states alone that drops nothing but what is invalid. */
const ofStates = (text: string) =>
  /^ct state vmap \{[^}]*\}$/.test(text) && !/: (?!accept|continue)/.test(text.replace(/\binvalid : drop\b/, ''));
