import type { State } from '../judge/finding.ts';
import { counted } from '../text/listed.ts';
import { oncePerObject } from '../text/once-per-object.ts';
import { hang } from '../text/wrap.ts';
import { nameList } from './names.ts';
import type { Drift, NodeReport, ReportFinding } from './report.ts';
import type { Terminal } from './terminal.ts';

/** The least nodes to compare: a smaller pool has no majority. */
const NODES = 3;
/** The least share of nodes that must agree; with less, the pool has no common value. */
const AGREE = 2 / 3;
const SHOWN = 6;
const NODES_NAMED = 6;

/**
 * Finds nodes that differ from the others of their pool although nothing is wrong with them now: another kernel, another value,
 * another file that decides. Failures and warnings are reported elsewhere.
 */
export function driftOf(nodes: readonly NodeReport[]): Drift[] {
  const judged = nodes.filter(({ pool, findings }) => pool !== undefined && findings.length > 0);
  const pools = Map.groupBy(judged, ({ pool, system }) => JSON.stringify([pool, system.arch]));
  return [...pools.values()].filter(({ length }) => length >= NODES).flatMap(inPool);
}

function inPool(nodes: readonly NodeReport[]): Drift[] {
  const [first] = nodes;
  const group = { pool: first?.pool ?? '', arch: first?.system.arch ?? null };
  return [...toldOf(nodes).values()].flatMap(({ what, boot, values }): Drift[] => {
    const [[most, alike] = ['', undefined]] = [...values].sort(([, a], [, b]) => b.nodes - a.nodes);
    const of = [...values.values()].reduce((sum, value) => sum + value.nodes, 0);
    // If most nodes fail a rule, that is reported already, and the few that pass are not a difference to report.
    if (!alike || alike.quiet.length === 0) return [];
    if (of < NODES || alike.nodes < of * AGREE) return [];
    const others = [...values].flatMap(([value, { quiet }]) =>
      value === most ? [] : quiet.map((at) => ({ at, value })),
    );
    if (others.length === 0) return [];
    const differing = others
      .sort((a, b) => a.at - b.at)
      .map(({ at, value }) => ({ name: nodes[at]?.name ?? '', value }));
    return [{ ...group, of, what, ...(boot && { boot }), most, nodes: differing }];
  });
}

/** One trait and its values on the nodes. */
interface Told {
  what: string;
  boot: boolean;
  /** For each value: how many nodes have it, and the indexes of those for which nothing else in the report shows it. */
  values: Map<string, { nodes: number; quiet: number[] }>;
}

/** Counts while iterating over the nodes: there are thousands, each with about seventy traits. */
function toldOf(nodes: readonly NodeReport[]): Map<string, Told> {
  const exact = new Set(nodes.flatMap(({ findings }) => findings.filter(isExact).map(({ rule }) => rule)));
  const told = new Map<string, Told>();
  const traitsOnce = oncePerObject((finding: ReportFinding) => traitsOf(finding, exact));
  for (const [index, { system, findings }] of nodes.entries()) {
    const traits = [...systemTraits(system), ...findings.flatMap(traitsOnce)];
    for (const { what, boot, value, quiet } of traits) {
      const key = boot ? `${what} boot` : what;
      const all = told.get(key) ?? { what, boot, values: new Map() };
      told.set(key, all);
      const same = all.values.get(value) ?? { nodes: 0, quiet: [] };
      all.values.set(value, same);
      same.nodes++;
      if (quiet) same.quiet.push(index);
    }
  }
  return told;
}

interface Trait {
  what: string;
  boot: boolean;
  value: string;
  /** Nothing else in the report shows it. */
  quiet: boolean;
}

function systemTraits({ kernel, os, runtime }: NodeReport['system']): Trait[] {
  return Object.entries({ kernel, os, runtime }).flatMap(([what, value]) =>
    value === null ? [] : [{ what, boot: false, value, quiet: true }],
  );
}

function traitsOf({ rule, verdict, severity, now, boot }: ReportFinding, exact: ReadonlySet<string>): Trait[] {
  if (verdict === 'skip' || severity === 'info') return [];
  const quiet = verdict === 'pass';
  const valueIn = (state: State) => (exact.has(rule) ? (state.actual ?? 'not known') : state.verdict);
  return [
    { what: rule, boot: false, value: valueIn(now), quiet },
    ...(boot ? [{ what: rule, boot: true, value: valueIn(boot) + decidedBy(boot.source), quiet }] : []),
  ];
}

/** Whether the rule wants one value. A value below a limit, such as a count, differs on each node. */
function isExact({ now }: ReportFinding): boolean {
  return now.verdict === 'pass' && now.actual === now.expected;
}

function decidedBy(source: State['source']): string {
  if (source === undefined) return '';
  return 'agent' in source ? ` by ${source.agent}` : ` from ${source.file}`;
}

/** One paragraph for each pool in which nodes differ. */
export function driftParagraphs(drift: readonly Drift[], terminal: Terminal): string[][] {
  return [...Map.groupBy(drift, ({ pool, arch }) => `"${pool}"${arch === null ? '' : ` (${arch})`}`)].map(
    ([pool, all]) => {
      const nodes = new Set(all.flatMap((each) => each.nodes.map(({ name }) => name))).size;
      const most = Math.max(...all.map(({ of }) => of));
      const lines = all.slice(0, SHOWN).flatMap((each) => hang('    ', driftText(each), 6, terminal.columns));
      const rest = all.length - SHOWN;
      return [
        ...hang(
          '',
          `${nodes} of ${most} nodes of ${pool} ${nodes === 1 ? 'differs' : 'differ'} from the others:`,
          4,
          terminal.columns,
        ),
        ...lines,
        ...(rest > 0
          ? hang('    ', `and in ${counted(rest, 'more way')}: -o json has them all`, 6, terminal.columns)
          : []),
      ];
    },
  );
}

function driftText({ what, boot, most, nodes }: Drift): string {
  const values = [...Map.groupBy(nodes, ({ value }) => value)].map(
    ([value, same]) =>
      `${value} on ${nameList(
        same.map(({ name }) => name),
        NODES_NAMED,
      )}`,
  );
  return `${what}${boot ? ' after a reboot' : ''}: ${values.join(', ')}; ${most} on the others`;
}
