import { readFileSync } from 'node:fs';
import { CAUSES } from '../../src/judge/finding.ts';
import { CHINESE } from '../../src/report/chinese.ts';
import { explainRules, type RuleExplanation } from '../../src/report/explanations.ts';
import { translated } from '../../src/report/translated.ts';
import { RULES } from '../../src/rules/index.ts';
import { TRANSLATIONS } from '../../src/rules/zh/index.ts';
import { table } from './markdown.ts';

const ROOT = new URL('../../', import.meta.url);

/** Files that list the rules among other things, by their paths: both READMEs and the report's schema. */
export function filesWithRules(): Record<string, string> {
  const { rules } = explainRules(RULES, '');
  const chinese = rules.map((rule) => {
    const translation = TRANSLATIONS.find((each) => each.rule === rule.id);
    return translated(rule, translation, CHINESE);
  });
  return {
    'README.md': readme('README.md', rules, ['rule', 'passes when', 'required where']),
    'README.zh-CN.md': readme('README.zh-CN.md', chinese, CHINESE.words.listHeads),
    'docs/schema/check-report.json': schema(),
  };
}

const BEGIN = '<!-- rules: made by npm run docs -->';
const END = '<!-- end of rules -->';

function readme(path: string, rules: readonly RuleExplanation[], heads: readonly string[]): string {
  const rows = rules.map(({ id, title, when }) => [`[\`${id}\`](docs/rules.md#${id})`, title, when]);
  return between(readFileSync(new URL(path, ROOT), 'utf8'), BEGIN, END, `\n${table(heads, rows)}\n`);
}

/** The examples of ids and causes, in the layout that the formatter gives them. */
function schema(): string {
  const text = readFileSync(new URL('docs/schema/check-report.json', ROOT), 'utf8');
  const examples = (of: string, values: readonly string[], whole: string) => {
    const list = `"examples": [\n${values.map((value) => `            ${JSON.stringify(value)}`).join(',\n')}\n          ]`;
    const [old] = new RegExp(`(?<="${of}": \\{[^{}]*?)"examples": \\[[^\\]]*\\]`).exec(whole) ?? [];
    if (old === undefined) throw new Error(`the schema has no examples of ${of}`);
    return whole.replace(old, () => list);
  };
  const ids = RULES.map(({ id }) => id);
  return examples('cause', CAUSES, examples('rule', ids, text));
}

function between(text: string, begin: string, end: string, inside: string): string {
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (to < from) throw new Error(`${begin} is missing`);
  return text.slice(0, from) + inside + text.slice(to);
}
