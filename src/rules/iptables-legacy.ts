import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { readFiles, readModule } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { info, type Rule, recommended, skip } from '../judge/rule.ts';

/** The kernel lists only the tables here that iptables in legacy mode has created. */
const NAMES = '/proc/net/ip_tables_names';
const MODULES = ['ip_tables', 'iptable_filter', 'iptable_nat', 'iptable_mangle'];

/** The legacy tables of this node; undefined: not read. */
function tables(facts: NodeFacts): readonly string[] | undefined {
  const files = readFiles(facts, NAMES);
  if (files === 'unread' || files.some(({ kind }) => kind !== 'file')) return undefined;
  return files.flatMap(({ lines }) => lines.map(({ text }) => text.trim()));
}

/** The modules that were loaded for these tables. A table without a loaded module is built into the kernel. */
function loaded(_: ClusterProfile, facts: NodeFacts): string[] {
  const used = tables(facts) ?? [];
  return MODULES.filter(
    (name) =>
      readModule(facts, name).loaded &&
      (name === 'ip_tables' ? used.length > 0 : used.includes(name.slice('iptable_'.length))),
  );
}

/** Only if the tables are in use: unused legacy tables are not required. iptables and the kernel request the modules by name. */
export const iptablesLegacy: Rule = {
  id: 'iptables-legacy',
  aliases: ['ip_tables', 'iptable_nat', 'CONFIG_NETFILTER_XTABLES_LEGACY'],
  title: 'The legacy iptables tables in use are available after a reboot',
  reads: { files: [NAMES] },

  applies(_, facts) {
    const used = tables(facts);
    if (used === undefined) return info('whether iptables in legacy mode is in use was not read');
    if (used.length === 0) return skip('nothing uses iptables in legacy mode on this node');
    return recommended('a program on this node uses iptables in legacy mode');
  },

  requires: availableModules(MODULES, { among: loaded, byName: MODULES }),

  explain: {
    when: 'a program on the node uses iptables in legacy mode',
    messages: [
      {
        text: "can't initialize iptables table `nat': Table does not exist (do you need to insmod?)",
        from: 'iptables in legacy mode',
      },
    ],
    variants: [
      "can't initialize iptables table",
      "can't initialize ip6tables table",
      'iptables modules could not be initialized',
    ],
    symptoms: [
      'After a reboot into a new kernel, kube-proxy or another program that used the tables cannot start or has no effect.',
    ],
    meaning: [
      'iptables has two modes: nf_tables, and the older one with tables of its own (`ip_tables`, `iptable_nat` and so on). Linux 6.17 and later has those only if it is built with ' +
        '`CONFIG_NETFILTER_XTABLES_LEGACY`; RHEL 10, Amazon Linux 2023 with kernel 6.18 and Alpine 3.23 do not have them.',
    ],
    needed: [
      { cluster: 'the kernel lists legacy tables (`/proc/net/ip_tables_names`)', verdict: 'recommended' },
      { cluster: 'it could not be read', verdict: 'info' },
      { cluster: 'it lists none', verdict: 'skipped' },
    ],
    neededNotes: [
      'Which mode an image uses is not read. A node on which no program has created a table yet is therefore not found here.',
    ],
    sources: {
      issues: ['rancher/rancher#54862', 'apple/containerization#913'],
      references: [{ title: 'iptables-legacy, xtables-legacy(8)' }],
    },
  },
};
