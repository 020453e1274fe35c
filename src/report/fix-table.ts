import type { Verdict } from '../judge/finding.ts';
import type { Advice } from '../text/advice.ts';
import { counted } from '../text/listed.ts';
import { hang } from '../text/wrap.ts';
import { adviceLines, labelled } from './advice-lines.ts';
import type { CommandCompleter } from './command-completer.ts';
import { comparisonLines } from './comparison.ts';
import {
  type ChangedNode,
  type FixReport,
  type NodeOutcome,
  OUTCOMES,
  type StepOutcome,
  type UndoReport,
} from './fix-report.ts';
import { localTarget } from './local-target.ts';
import { forAll, nameList, nodeWord } from './names.ts';
import { countsText, notes } from './notes.ts';
import { anonymous } from './problems.ts';
import { joined } from './sections.ts';
import { stepLines } from './steps.ts';
import { symbol, type Terminal, tint } from './terminal.ts';

const NODES_NAMED = 10;
const RULES_NAMED = 3;
/** The most paragraphs; the nodes beyond that are only counted. */
const PARAGRAPHS_SHOWN = 40;

/**
 * What is planned or was done, node by node (equal nodes together), the worst first; then the next command and the counts.
 * Expects printable text.
 */
export function renderChanges(report: FixReport | UndoReport, terminal: Terminal, retype: CommandCompleter): string {
  const groups = groupNodes(report);
  return joined([
    ...groups
      .slice(0, PARAGRAPHS_SHOWN)
      .map(({ node, names }) => paragraph(node, names, report.kind, terminal, retype)),
    cutShort(groups.slice(PARAGRAPHS_SHOWN), terminal),
    ...notes({ ...report, run: runNoted(report), nodes: [], assumptions: assumptionsBehind(report) }, terminal, retype),
    next(report, terminal, retype),
    summary(report, terminal),
  ]);
}

/** An undo follows the journal: only its check afterwards needs assumptions. */
function assumptionsBehind({ kind, nodes, assumptions }: FixReport | UndoReport): string[] {
  return kind === 'FixReport' || nodes.some(({ after }) => after !== null) ? [...assumptions] : [];
}

/** That a run was interrupted is worth a note if a node is unknown for it. */
function runNoted({ run: { interrupted, ...run }, nodes }: FixReport | UndoReport): FixReport['run'] {
  return { ...run, ...(interrupted && nodes.some(({ outcome }) => outcome === 'unknown') && { interrupted }) };
}

interface Group {
  node: ChangedNode;
  names: string[];
}

function groupNodes({ nodes }: FixReport | UndoReport): Group[] {
  const groups = Map.groupBy(nodes, ({ system: _, ...shown }) => anonymous(JSON.stringify(shown), shown.name));
  return [...groups.values()]
    .flatMap((alike) => alike.slice(0, 1).map((node) => ({ node, names: alike.map(({ name }) => name) })))
    .sort((a, b) => OUTCOMES.indexOf(a.node.outcome) - OUTCOMES.indexOf(b.node.outcome));
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
  const fixes = (advice: readonly Advice[], label: string) =>
    adviceLines(advice, label, terminal, (command) => retype(forAll(command, node.name, names)));
  return [
    first.startsWith(mark) ? tint(verdict, mark, terminal) + first.slice(mark.length) : first,
    ...rest,
    ...fixes(remedy, 'try'),
    ...steps.flatMap((step) => stepLines(step, outcome === 'planned', terminal)),
    ...comparisonLines(node, terminal),
    ...manual.flatMap(({ message, remedy: fix }) => [...labelled('todo', message, terminal), ...fixes(fix, 'fix')]),
  ];
}

/** Outcomes that are shown with a verdict of their own, whatever the node's verdict. */
const AS_VERDICT: Readonly<Partial<Record<NodeOutcome, Verdict>>> = {
  failed: 'fail',
  refused: 'fail',
  unknown: 'unknown',
  planned: 'warn',
  skip: 'skip',
};

function headline({ outcome, reason, verdict, steps, before, after, manual }: ChangedNode, kind: string): string {
  switch (outcome) {
    case 'planned': {
      const count = counted(steps.length, 'step');
      if (kind === 'UndoReport') return reason ?? 'will be undone';
      return [count, ...(reason === undefined ? [] : [reason])].join(': ');
    }
    case 'changed': {
      if (kind === 'UndoReport') {
        if (reason !== undefined) return `undone; ${reason}`;
        // What fix had repaired fails again: that is what was asked for.
        return verdict === 'fail' ? 'undone: as before the fix' : 'undone';
      }
      if (after === null) return `changed; ${reason ?? 'it was not checked again'}`;
      return {
        fail: 'changed, but still failing',
        unknown: 'changed; the result is unknown',
        warn: 'changed, with warnings',
        pass: 'repaired',
        skip: 'changed',
      }[verdict];
    }
    case 'unchanged':
      if (kind === 'UndoReport') return 'nothing to undo';
      return manual.length > 0 ? 'needs manual steps' : nothingToDo(before);
    default:
      return [outcome === 'skip' ? 'skipped' : outcome, reason].filter((text) => text !== undefined).join(': ');
  }
}

/** Not all that does not pass can be repaired by a program: check tells what a person can do. */
function nothingToDo(findings: ChangedNode['before']): string {
  const open = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
  if (open.length === 0) return 'nothing to do';
  const rules = open.slice(0, RULES_NAMED).map(({ rule, verdict }) => `${rule} (${verdict})`);
  const rest = open.length - rules.length;
  return `nothing that fix can change: ${rules.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function cutShort(hidden: readonly Group[], terminal: Terminal): string[] {
  if (hidden.length === 0) return [];
  const count = hidden.reduce((sum, { names }) => sum + names.length, 0);
  return hang('', `and ${counted(count, 'node')} more: -o json has them all`, 4, terminal.columns);
}

/** The next command. */
function next(
  { kind, dryRun, nodes, cluster, summary: { planned } }: FixReport | UndoReport,
  terminal: Terminal,
  retype: CommandCompleter,
): string[] {
  const has = (outcome: StepOutcome) => (node: ChangedNode) => node.steps.some((step) => step.outcome === outcome);
  const command = (verb: 'fix' | 'undo' | 'check', concerned: (node: ChangedNode) => boolean) => {
    const names = nodes.filter(concerned).map(({ name }) => nodeWord(name));
    if (names.length === 0) return [];
    const typed = cluster === null ? localTarget(nodes[0]) : names.length > NODES_NAMED ? 'NODE...' : names.join(' ');
    return [`    ${retype(`kubectl netprereq ${verb} ${typed}`)}`];
  };
  if (dryRun) {
    const accepted = dryRun === 'server' && planned > 0 ? ' The API server would accept these pods.' : '';
    const again = command(kind === 'UndoReport' ? 'undo' : 'fix', has('planned'));
    const now = again.length === 0 ? '' : ' To do it:';
    return [...hang('', `Nothing was changed (--dry-run).${accepted}${now}`, 0, terminal.columns), ...again];
  }
  const say = (what: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [...hang('', what, 0, terminal.columns), ...lines];
  return [
    ...say(
      'To see the result:',
      command('check', (node) => has('changed')(node) && node.after === null),
    ),
    ...say('To undo it:', kind === 'UndoReport' ? [] : command('undo', has('changed'))),
  ];
}

function summary({ summary: counts, run, nodes }: FixReport | UndoReport, terminal: Terminal): string[] {
  const noun = nodes.some(({ image }) => image !== undefined) ? 'image' : 'node';
  return hang('', countsText(counts, OUTCOMES, run, noun), 0, terminal.columns);
}
