import type { FirewallFacts, ForwardChain } from './firewall.ts';
import { complete, type Sections, wordsBehind } from './parse-records.ts';

/** What the probe prints of one chain: lines, and characters of a line. */
const [LINES, LENGTH] = [49, 240];

/** `c KIND FAMILY TABLE CHAIN`, then `r LINE` for each line that the program said of it; after it in the same form those that it calls; `unread KIND…`. */
export function firewallFacts(sections: Sections): FirewallFacts | undefined {
  const records = complete(sections, 'w');
  const unread = wordsBehind(sections, 'w', 'unread');
  if (!records || unread === undefined) return undefined;
  const starts = records.flatMap((text, index) => (text.startsWith('c ') ? [index] : []));
  const chains: ForwardChain[] = [];
  for (const [index, start] of starts.entries()) {
    const chain = chainOf(records.slice(start, starts[index + 1]));
    const caller = chains.at(-1);
    // A chain that cannot be read must not look like one that is not there.
    if (!chain) return undefined;
    const { name, policy, rules, cut } = chain;
    if (policy !== undefined) chains.push({ ...chain, policy });
    else if (caller) chains[chains.length - 1] = { ...caller, called: { [name]: { rules, ...(cut && { cut }) } } };
    else return undefined;
  }
  return { chains, unread };
}

/** Of chains that others call none has a policy; of those in which a packet begins each has. */
const CALLED = new Set(['DOCKER-USER']);

function chainOf([header = '', ...records]: readonly string[]) {
  const [, kind, family, table = '', name = ''] =
    /^c (legacy|nft) (ip6?|inet) (\S{1,64}) (\S{1,64})$/.exec(header) ?? [];
  const lines = records.flatMap((text) => (text.startsWith('r ') ? [text.slice(2)] : []));
  const policy = /(?:^-P \S+|; policy) (accept|drop)\b/im.exec(lines.slice(0, 4).join('\n'))?.[1]?.toLowerCase();
  if (kind === undefined || (policy === undefined) !== CALLED.has(name)) return undefined;
  const cut = lines.length >= LINES || lines.some((line) => line.length >= LENGTH);
  const rules = kind === 'legacy' ? lines.flatMap(iptablesRule) : lines.flatMap(nftRule);
  return {
    kind: kind as ForwardChain['kind'],
    family: family as ForwardChain['family'],
    table,
    name,
    policy: policy as ForwardChain['policy'] | undefined,
    rules,
    ...(cut && { cut: true as const }),
  };
}

function iptablesRule(line: string): string[] {
  if (!line.startsWith('-A ')) return [];
  const rule = line.replace(/^-A \S+ ?/, '');
  return [rule.replaceAll(/(?:^| )-m comment --comment (?:"(?:[^"\\]|\\.)*"|[^ "]+)/g, '').trim()];
}

function nftRule(line: string): string[] {
  if (/^(?:type|policy) /.test(line) || line === '') return [];
  return [
    line
      .replace(/ comment "[^"]*"$/, '')
      .replaceAll(/ +/g, ' ')
      .trim(),
  ];
}
