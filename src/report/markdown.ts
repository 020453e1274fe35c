import { type Advice, isCommand, isDocument } from '../text/advice.ts';
import { type CommandCompleter, unchanged } from './command-completer.ts';
import { nameList } from './names.ts';
import { fixHint, notes, summaryLines } from './notes.ts';
import { type Problem, problemsOf } from './problems.ts';
import type { CheckReport } from './report.ts';
import { symptomLines } from './symptoms.ts';
import type { Terminal } from './terminal.ts';

const NODES_NAMED = 10;
const PROBLEMS_SHOWN = 40;
/** A comment on a pull request holds about 65,000 characters. */
const CHARACTERS = 60_000;
const UNWRAPPED: Terminal = { columns: undefined, color: false, unicode: true };
const MARKS = { fail: '❌', unknown: '❓', warn: '⚠️', pass: '✅', skip: '➖' } as const;

/** The report for a pull request or a wiki (GitHub's Markdown): a line, a table of problems, folded commands, and what to type next. Expects printable text. */
export function renderMarkdown(report: CheckReport, retype: CommandCompleter = unchanged): string {
  const { verdict } = report;
  const problems = problemsOf(report);
  const shown = problems.slice(0, PROBLEMS_SHOWN);
  const rest = problems.length - shown.length;
  const blocks = [
    `### ${MARKS[verdict]} kubectl netprereq check: ${verdict}`,
    plain(summaryLines(report, UNWRAPPED).join(' ')),
    ...(shown.length === 0 ? [] : [table(shown)]),
    ...(rest === 0 ? [] : [`${rest} more: \`-o json\` has them all.`]),
    ...paragraph(symptomLines(report.nodes, UNWRAPPED)),
    ...notes(report, UNWRAPPED, retype, 'comment').flatMap(paragraph),
  ];
  let size = blocks.join('\n\n').length;
  for (const block of shown.map((problem) => details(problem, retype))) {
    size += block.join('\n\n').length;
    if (size < CHARACTERS) blocks.push(...block);
  }
  const next = fixHint(report, problems, UNWRAPPED, retype);
  blocks.push(...next.map((line) => (line.startsWith(' ') ? fenced(line.trim(), 'sh') : plain(line))));
  return `${blocks.join('\n\n')}\n`;
}

function table(problems: readonly Problem[]): string {
  const rows = problems.map(({ verdict, rule, nodes, message, docs }) => {
    const name = rule === undefined ? '' : docs === undefined ? `\`${rule}\`` : `[\`${rule}\`](${docs})`;
    return `| ${MARKS[verdict]} ${verdict} | ${name} | ${plain(nameList(nodes, NODES_NAMED))} | ${plain(message)} |`;
  });
  return ['| verdict | rule | nodes | what |', '|---|---|---|---|', ...rows].join('\n');
}

/** Joins lines into one paragraph. */
function paragraph(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => plain(line.trim())).join('  \n')];
}

/** The reason and what to do; folded, so that the table is seen first. */
function details({ verdict, rule, nodes, policy, why, boot, remedy }: Problem, retype: CommandCompleter): string[] {
  const body = [
    ...(policy === undefined ? [] : [plain(`Policy: ${policy}.`)]),
    ...(why === undefined ? [] : [plain(`Why: ${why}.`)]),
    ...(boot === undefined ? [] : [plain(`${boot[0]?.toUpperCase()}${boot.slice(1)}.`)]),
    ...steps(remedy, retype),
  ];
  if (body.length === 0) return [];
  const subject = [...(rule === undefined ? [] : [rule, 'on']), nameList(nodes, NODES_NAMED)].join(' ');
  const what = remedy.length === 0 ? 'Why' : verdict === 'unknown' ? 'What to try' : 'How to fix';
  const title = `${what}: ${subject}`;
  return [`<details><summary>${plain(title)}</summary>`, ...body, '</details>'];
}

/** Joins consecutive commands into one block to copy. */
function steps(remedy: readonly Advice[], retype: CommandCompleter): string[] {
  const blocks: string[] = [];
  let commands: string[] = [];
  const end = () => {
    if (commands.length > 0) blocks.push(fenced(commands.join('\n'), 'sh'));
    commands = [];
  };
  for (const advice of remedy) {
    if (isCommand(advice) && advice.lead === undefined) {
      commands.push(retype(advice.run));
      continue;
    }
    end();
    if (typeof advice === 'string') blocks.push(plain(advice));
    else if (isDocument(advice)) blocks.push(fenced(advice.paste, 'yaml'));
    else blocks.push(plain(`${advice.lead}:`), fenced(retype(advice.run), 'sh'));
  }
  end();
  return blocks;
}

/** A code block with a fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Escapes a node's text: no markup, no link, no mention of a user (@name). */
function plain(text: string): string {
  const escaped = text.replace(
    /[\\`*_{}[\]<>#|~@&!]|:(?=\/\/)|(?<=\bwww)\./gi,
    (character) => `&#${character.codePointAt(0)};`,
  );
  // GitHub finds names and issues after entities, too: a zero-width space separates them.
  return escaped.replace(/&#(?:64|35);/g, '$&&#8203;');
}
