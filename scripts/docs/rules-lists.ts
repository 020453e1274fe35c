import { readFileSync } from 'node:fs';
import { CAUSES } from '../../src/judge/finding.ts';
import { explainRules } from '../../src/report/explanations.ts';
import { RULES } from '../../src/rules/index.ts';
import { table } from './markdown.ts';

const ROOT = new URL('../../', import.meta.url);

/** Files that list the rules among other things, by their paths: README.md and the report's schema. */
export function filesWithRules(): Record<string, string> {
  return { 'README.md': readme(), 'docs/schema/check-report.json': schema() };
}

const BEGIN = '<!-- rules: made by npm run docs -->';
const END = '<!-- end of rules -->';

function readme(): string {
  const { rules } = explainRules(RULES, '');
  const rows = rules.map(({ id, title, when }) => [`[\`${id}\`](docs/rules.md#${id})`, title, when]);
  const list = table(['rule', 'passes when', 'required where'], rows);
  return between(readFileSync(new URL('README.md', ROOT), 'utf8'), BEGIN, END, `\n${list}\n`);
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
