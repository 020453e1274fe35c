import { statSync } from 'node:fs';
import { Command, Flags } from '@oclif/core';
import type { Explained } from '../check/explained.ts';
import type { NextStep } from '../check/next-step.ts';
import { LANGUAGES, languageOf } from '../cli/language.ts';
import { inOwnName } from '../cli/own-name.ts';
import { detectTerminal } from '../cli/terminal.ts';
import { UsageError } from '../errors.ts';
import type { RuleExplanation } from '../report/explanations.ts';
import { adviceText, run } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;

/** How much of a log is read at most. */
const LOG_LIMIT = 8 * 1024 * 1024;
/** More rules than this are only listed, not explained one by one. */
const SUMMARIES = 3;

export class Explain extends Command {
  static override summary = 'Explain what a rule checks, its symptoms and how to fix it';
  static override description =
    'Takes an error message as a program printed it, a log ("-"), a path, a sysctl, a module, a word, or the name of a rule. Without any, lists all rules. Needs no cluster. ' +
    'Only explain can answer in Chinese (--lang zh, or a locale such as zh_CN.UTF-8; zh_CN without UTF-8 is English), in its table format: json and yaml, the other commands, help and errors are English.\n\n' +
    'Exit codes: 0 also if no line of a log matches a rule (stderr says so), 2 usage or other error.';
  static override examples = [
    { command: '<%= config.bin %> explain', description: 'list all rules' },
    { command: '<%= config.bin %> explain br-netfilter --full', description: 'everything about one' },
    { command: '<%= config.bin %> explain "Failed to check br_netfilter"', description: 'an error message' },
    { command: 'kubectl logs POD | <%= config.bin %> explain -', description: 'a log' },
  ];
  static override usage = 'explain [RULE... | MESSAGE | -]';
  static override strict = false;
  static override flags = {
    full: Flags.boolean({ summary: 'Everything: all causes, operating systems, sources' }),
    output: Flags.option({ options: FORMATS })({
      char: 'o',
      summary: 'table, json, yaml',
      default: 'table',
      helpValue: 'FORMAT',
    }),
    lang: Flags.option({ options: LANGUAGES })({
      summary: 'Language: en, zh (default: by LC_ALL, LC_MESSAGES, LANG)',
      description:
        'Language: en, zh (default: by LC_ALL, LC_MESSAGES, LANG; zh only with UTF-8); zh_CN and zh-Hans are zh, zh_TW and zh-Hant are answered in Simplified Chinese too',
      helpValue: 'LANG',
    }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Explain);
    const words = argv as string[];
    const unknownFlag = words.find((word) => /^-\S+$/.test(word));
    if (unknownFlag !== undefined)
      throw new UsageError(`unknown flag: ${unknownFlag}`, [
        run("echo '…' | kubectl netprereq explain -", 'for a message that begins with a dash'),
      ]);
    const [{ rulesOfLog, rulesToExplain }, { RULES }, report, { renderJson }, { renderYaml }, text] = await Promise.all(
      [
        import('../check/explained.ts'),
        import('../rules/index.ts'),
        import('../report/explanations.ts'),
        import('../report/json.ts'),
        import('../report/yaml.ts'),
        import('../report/explanation-text.ts'),
      ],
    );
    if (words.length > 1 && words.includes('-'))
      throw new UsageError('"-" reads a log from standard input, and must be the only argument');
    const log = words[0] === '-' ? await readLog() : undefined;
    const found: Explained =
      log !== undefined
        ? rulesOfLog(log)
        : words.length > 0
          ? unlessFile(words, rulesToExplain)
          : { rules: RULES, lines: [] };
    // A log in which no rule finds anything is no error: it may be healthy.
    if (found.instead) process.stderr.write(noRuleMatches(found.instead));
    const explained = report.explainRules(found.rules, this.config.version);
    if (flags.output === 'json') process.stdout.write(renderJson(explained));
    else if (flags.output === 'yaml') process.stdout.write(renderYaml(explained));
    else if (found.instead === undefined) {
      const terminal = detectTerminal(process.stdout, process.env);
      const language = flags.lang ?? languageOf(process.env, terminal.unicode);
      const chosen =
        language === 'zh' ? await inChinese(explained.rules) : { rules: explained.rules, words: undefined };
      const { rules } = chosen;
      const listed = words.length === 0 || (rules.length > SUMMARIES && !flags.full);
      const shown = listed
        ? text.renderRuleList(rules, terminal, chosen.words)
        : flags.full
          ? text.renderExplanations(rules, terminal, chosen.words)
          : text.renderSummaries(rules, terminal, found.lines, chosen.words);
      process.stdout.write(inOwnName(shown));
    }
  }
}

function noRuleMatches({ says, tries }: NextStep): string {
  const lines = [
    `note: no line of this log matches a rule: ${says}`,
    ...tries.map((advice) => `  ${adviceText(advice)}`),
  ];
  return inOwnName(`${lines.join('\n')}\n`);
}

/** Loaded only when it is needed. */
async function inChinese(rules: readonly RuleExplanation[]) {
  const [{ CHINESE }, { TRANSLATIONS }, { translated }] = await Promise.all([
    import('../report/chinese.ts'),
    import('../rules/zh/index.ts'),
    import('../report/translated.ts'),
  ]);
  const translationOf = (id: string) => TRANSLATIONS.find(({ rule }) => rule === id);
  return { rules: rules.map((rule) => translated(rule, translationOf(rule.id), CHINESE)), words: CHINESE.words };
}

/** Rules, modules and sysctl paths are tried before files: a file may have the same name. */
function unlessFile<T>(words: readonly string[], explained: (words: readonly string[]) => T): T {
  try {
    return explained(words);
  } catch (error) {
    const [file = '', ...others] = words;
    if (others.length > 0 || !statSync(file, { throwIfNoEntry: false })?.isFile()) throw error;
    throw new UsageError(`${file} is a file`, [
      run(`kubectl netprereq explain - <${shellWord(file)}`, 'to read a log'),
    ]);
  }
}

/** Reads standard input to its end and keeps the last part, where the latest error is. */
async function readLog(): Promise<string> {
  if (process.stdin.isTTY)
    throw new UsageError(
      '"-" reads a log from standard input, for example: kubectl logs POD | kubectl netprereq explain -',
    );
  let log = '';
  for await (const part of process.stdin.setEncoding('utf8')) log = (log + part).slice(-LOG_LIMIT);
  if (log.trim() === '')
    throw new UsageError('standard input was empty', [
      'kubectl logs writes nothing to it if the pod does not exist or has logged nothing',
      run('kubectl get pods -A', 'find the pod'),
      run('kubectl logs -n NAMESPACE POD --previous | kubectl netprereq explain -', 'read its log'),
    ]);
  return log;
}
