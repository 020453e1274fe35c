/** What a node's packet filters do with packets that it forwards, as far as that could be read without loading anything. */
export interface FirewallFacts {
  /** The chains that each such packet passes, in no order: every one of them must accept it. */
  chains: readonly ForwardChain[];
  /** What could not be read: ip and ip6 (iptables of the older kind), nft. */
  unread: readonly string[];
}

/** One chain that hooks forward, and its rules in their order. */
export interface ForwardChain {
  /** What tells of it: iptables of the older kind, or nft, which also shows what iptables of nf_tables has made. */
  kind: 'legacy' | 'nft';
  family: 'ip' | 'ip6' | 'inet';
  table: string;
  name: string;
  policy: 'accept' | 'drop';
  /** As that program prints them, without comments and counters. */
  rules: readonly string[];
  /** There are more rules. */
  cut?: true;
  /** The rules of chains that it calls, as far as they were read, by name. */
  called?: Readonly<Record<string, CalledChain>>;
}

/** What a chain that others call has; without a policy. */
export type CalledChain = Pick<ForwardChain, 'rules' | 'cut'>;
