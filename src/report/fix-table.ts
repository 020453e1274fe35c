import type { Verdict } from '../judge/finding.ts';
import { hang } from '../text/wrap.ts';
import type { CommandCompleter } from './command-completer.ts';
import { comparisonLines } from './comparison.ts';
import { type ChangedNode, type FixReport, type NodeOutcome, OUTCOMES, type UndoReport } from './fix-report.ts';
import { nameList } from './names.ts';
import { nodes as counted, nodeWord, notes } from './notes.ts';
import { anonymous, isCommand, labelled } from './problems.ts';
import { stepLines } from './steps.ts';
import { symbol, type Terminal, tint } from './terminal.ts';
import { isDocument } from './text.ts';

const NODES_NAMED = 10;
/** Paragraphs: on more nodes that differ, the rest is a number. */
const PARAGRAPHS_SHOWN = 40;

/**
 * What is planned or was done, node by node (those that say the same together), the worst first; then what to type next, and
 * the counts. Expects printable text.
 */
export function renderChanges(report: FixReport | UndoReport, terminal: Terminal, retype: CommandCompleter): string {
  const groups = groupNodes(report);
  const sections = [
    ...groups
      .slice(0, PARAGRAPHS_SHOWN)
      .map(({ node, names }) => paragraph(node, names, report.kind, terminal, retype)),
    cutShort(groups.slice(PARAGRAPHS_SHOWN), terminal),
    ...notes({ ...report, nodes: [] }, terminal, retype),
    next(report, terminal, retype),
    summary(report, terminal),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

interface Group {
  node: ChangedNode;
  names: string[];
}

function groupNodes({ nodes }: FixReport | UndoReport): Group[] {
  const groups = new Map<string, Group>();
  for (const node of nodes) {
    const { name, system: _, ...shown } = node;
    const key = anonymous(JSON.stringify(shown), name);
    const known = groups.get(key);
    if (known) known.names.push(name);
    else groups.set(key, { node, names: [name] });
  }
  return [...groups.values()].sort((a, b) => OUTCOMES.indexOf(a.node.outcome) - OUTCOMES.indexOf(b.node.outcome));
}

function paragraph(
  node: ChangedNode,
  names: readonly string[],
  kind: FixReport['kind'] | UndoReport['kind'],
  terminal: Terminal,
  retype: CommandCompleter,
): string[] {
  const { outcome, steps, remedy = [], manual } = node;
  const verdict = AS_VERDICT[outcome] ?? (kind === 'UndoReport' ? 'pass' : node.verdict);
  const mark = symbol(verdict, terminal);
  const [first = '', ...rest] = hang(
    '',
    `${mark} ${nameList(names, NODES_NAMED)}: ${headline(node, kind)}`,
    4,
    terminal.columns,
  );
  const fixes = (lines: readonly string[], label: string) =>
    lines.flatMap((line, index) => {
      // Each line as far to the right as the others, so that what is copied is the same document.
      if (isDocument(line)) return line.split('\n').flatMap((each) => labelled('', each, terminal, true));
      const typed = retype(forAll(line, node.name, names));
      return labelled(index === 0 ? label : '', typed, terminal, isCommand(line));
    });
  return [
    first.startsWith(mark) ? tint(verdict, mark, terminal) + first.slice(mark.length) : first,
    ...rest,
    ...fixes(remedy, 'try'),
    ...steps.flatMap((step) => stepLines(step, outcome === 'planned', terminal)),
    ...comparisonLines(node, terminal),
    ...manual.flatMap(({ message, remedy: fix }) => [...labelled('todo', message, terminal), ...fixes(fix, 'fix')]),
  ];
}

/** What is to be typed for one node, for all that it is said of. */
function forAll(line: string, name: string, names: readonly string[]): string {
  if (names.length === 1 || !line.startsWith('kubectl netprereq ')) return line;
  const all = names.length > NODES_NAMED ? 'NODE...' : names.map(nodeWord).join(' ');
  return line.replace(` ${name}`, () => ` ${all}`);
}

/** Outcomes that are no matter of the node's verdict. */
const AS_VERDICT: Readonly<Partial<Record<NodeOutcome, Verdict>>> = {
  failed: 'fail',
  refused: 'fail',
  unknown: 'unknown',
  planned: 'warn',
  skip: 'skip',
};

function headline({ outcome, reason, verdict, steps, after, manual }: ChangedNode, kind: string): string {
  switch (outcome) {
    case 'planned': {
      const count = steps.length === 1 ? '1 step' : `${steps.length} steps`;
      if (kind === 'UndoReport') return reason ?? 'will be taken back';
      return [count, ...(reason === undefined ? [] : [reason])].join(': ');
    }
    case 'changed': {
      if (kind === 'UndoReport') return reason === undefined ? 'taken back' : `taken back; ${reason}`;
      if (after === null) return `changed; ${reason ?? 'it was not looked at again'}`;
      return {
        fail: 'changed, and it still fails',
        unknown: 'changed; what came of it is not known',
        warn: 'changed, with warnings',
        pass: 'repaired',
        skip: 'changed',
      }[verdict];
    }
    case 'unchanged':
      if (kind === 'UndoReport') return 'nothing of ours to take back';
      return manual.length > 0 ? 'nothing that a program can repair' : 'nothing to do';
    default:
      return [outcome === 'skip' ? 'skipped' : outcome, reason].filter((text) => text !== undefined).join(': ');
  }
}

function cutShort(hidden: readonly Group[], terminal: Terminal): string[] {
  if (hidden.length === 0) return [];
  const count = hidden.reduce((sum, { names }) => sum + names.length, 0);
  return hang('', `and ${counted(count)} more: -o json has them all`, 4, terminal.columns);
}

/** What to type next. */
function next(
  { kind, dryRun, nodes, cluster, summary: { planned } }: FixReport | UndoReport,
  terminal: Terminal,
  retype: CommandCompleter,
): string[] {
  const names = nodes
    .filter(({ steps }) => steps.some(({ outcome }) => outcome === 'changed'))
    .map(({ name }) => nodeWord(name));
  if (dryRun) {
    const said =
      dryRun === 'server' && planned > 0
        ? '--dry-run=server. The API server would take these pods.'
        : 'this was --dry-run.';
    return hang('', `Nothing was changed: ${said}`, 0, terminal.columns);
  }
  if (kind === 'UndoReport' || names.length === 0) return [];
  const typed = cluster === null ? '--local' : names.length > NODES_NAMED ? 'NODE...' : names.join(' ');
  return [...hang('', 'To take it back:', 0, terminal.columns), `    ${retype(`kubectl netprereq undo ${typed}`)}`];
}

function summary({ summary: counts, run }: FixReport | UndoReport, terminal: Terminal): string[] {
  const outcomes = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  const said = outcomes.length > 0 ? `: ${outcomes.join(', ')}` : '';
  const took = `${run.durationSeconds.toFixed(1)}s${run.interrupted ? ', interrupted' : ''}`;
  return hang('', `${counted(counts.nodes)}${said} (${took})`, 0, terminal.columns);
}
