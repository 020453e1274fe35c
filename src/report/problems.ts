import { isPolicyRule } from '../judge/find-rules.ts';
import type { State, Verdict } from '../judge/finding.ts';
import { VERDICTS } from '../judge/finding.ts';
import type { Advice } from '../text/advice.ts';
import { counted } from '../text/listed.ts';
import { hang } from '../text/wrap.ts';
import { adviceLines, labelled } from './advice-lines.ts';
import type { CommandCompleter } from './command-completer.ts';
import { forAll, nameList } from './names.ts';
import { reasonOf } from './reason.ts';
import type { CheckReport, NodeReport, ReportFinding } from './report.ts';
import { sourceText } from './source.ts';
import { symbol, type Terminal, tint } from './terminal.ts';

/** One problem, with all nodes that have it in the same way. */
export interface Problem {
  verdict: Verdict;
  /** The rule's id; absent if the nodes could not be judged at all. */
  rule?: string;
  /** Sorted as in the report. */
  nodes: string[];
  message: string;
  policy?: string;
  why?: string;
  boot?: string;
  remedy: readonly Advice[];
  docs?: string;
}

const NODES_NAMED = 10;
/** The most paragraphs about one rule: they may differ only in a number, and 500 of them help nobody. */
const VARIANTS_SHOWN = 4;
const INDENT = 4;

/** All problems in the report, the worst first, then in the order of the rules. */
export function problemsOf(report: CheckReport): Problem[] {
  const each = report.nodes.flatMap((node) =>
    nodeProblems(node).map((problem) => ({ ...problem, nodes: [node.name] })),
  );
  const same = Map.groupBy(each, ({ nodes: [name = ''], ...said }) => anonymous(JSON.stringify(said), name));
  const problems = [...same.values()].flatMap((alike) =>
    alike.slice(0, 1).map((problem) => ({ ...problem, nodes: alike.flatMap(({ nodes }) => nodes) })),
  );
  const order = rulesInOrder(report);
  const rank = ({ rule }: Problem) => (rule === undefined ? order.length : order.indexOf(rule));
  return problems.sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || rank(a) - rank(b));
}

/** Replaces the node's own name, which would separate identical problems. Short names stay: they may occur by chance. */
export function anonymous(text: string, name: string): string {
  return name.length > 3 ? text.replaceAll(name, '\0') : text;
}

function rulesInOrder(report: CheckReport): string[] {
  return [...new Set(report.nodes.flatMap((node) => node.findings.map((finding) => finding.rule)))];
}

function nodeProblems(node: NodeReport): Problem[] {
  if (node.findings.length === 0 && node.verdict === 'unknown') {
    const message = reasonOf(node);
    return [{ verdict: node.verdict, nodes: [], message, remedy: node.remedy ?? [] }];
  }
  return node.findings
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown' || verdict === 'warn')
    .map(findingProblem);
}

function findingProblem(finding: ReportFinding): Problem {
  const { verdict, rule, message, policy, why, boot, now, remedy, docs } = finding;
  // If only the boot is wrong, the message is about nothing else.
  const bootToo = now.verdict === 'fail' && boot !== undefined && boot.verdict !== 'pass' && boot.verdict !== 'skip';
  return {
    verdict,
    rule,
    nodes: [],
    message,
    ...(policy === undefined ? {} : { policy }),
    ...(why === undefined ? {} : { why }),
    ...(bootToo ? { boot: bootText(boot) } : {}),
    remedy,
    docs,
  };
}

function bootText({ verdict, actual, source }: State): string {
  if (verdict === 'unknown') return 'state unknown';
  return `still ${actual ?? 'unknown'}${sourceText(source)}`;
}

/** The paragraphs about all problems, each a list of lines. If a rule fails in many ways, the rest is counted. */
export function problemParagraphs(
  problems: readonly Problem[],
  terminal: Terminal,
  retype: CommandCompleter,
): string[][] {
  const byRule = Map.groupBy(problems, ({ verdict, rule }) => `${verdict} ${rule}`);
  return [...byRule.values()].flatMap((variants) => {
    const shown = variants.slice(0, VARIANTS_SHOWN).map((problem) => paragraph(problem, terminal, retype));
    const hidden = variants.slice(VARIANTS_SHOWN);
    return hidden.length === 0 ? shown : [...shown, cutShort(hidden, terminal)];
  });
}

function paragraph(problem: Problem, terminal: Terminal, retype: CommandCompleter): string[] {
  const { verdict, rule, message, policy, why, boot, remedy } = problem;
  const mark = symbol(verdict, terminal);
  const names = nameList(problem.nodes, NODES_NAMED);
  const subject = rule === undefined ? names : `${rule} on ${names}`;
  const [first = '', ...rest] = hang('', `${mark} ${subject}: ${message}`, INDENT, terminal.columns);
  // Coloured after wrapping, and only if the wrapping did not break it.
  const lead = rule === undefined ? mark : `${mark} ${rule}`;
  const head = first.startsWith(lead) ? tint(verdict, lead, terminal) + first.slice(lead.length) : first;
  return [
    head,
    ...rest,
    ...(policy === undefined ? [] : labelled('policy', policy, terminal)),
    ...(why === undefined ? [] : labelled('why', why, terminal)),
    ...(boot === undefined ? [] : labelled('reboot', boot, terminal)),
    ...adviceLines(remedy, verdict === 'unknown' ? 'try' : 'by hand', terminal, (command) =>
      retype(forAll(command, problem.nodes[0] ?? '', problem.nodes)),
    ),
    ...(rule === undefined || isPolicyRule(rule)
      ? []
      : labelled('more', retype(`kubectl netprereq explain ${rule}`), terminal, true)),
  ];
}

function cutShort(hidden: readonly Problem[], terminal: Terminal): string[] {
  const [{ verdict, rule } = { verdict: 'unknown' as const, rule: undefined }] = hidden;
  const nodes = new Set(hidden.flatMap((problem) => problem.nodes)).size;
  const what =
    rule === undefined ? counted(hidden.length, 'more reason') : `${rule} in ${counted(hidden.length, 'more variant')}`;
  const text = `${symbol(verdict, terminal)} ${what} on ${counted(nodes, 'node')}: ${rule === undefined ? '-o wide' : '-o json'} has them all`;
  return hang('', text, INDENT, terminal.columns);
}
