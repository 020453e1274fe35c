import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { indexes } from '../../scripts/docs/indexes.ts';
import { picture } from '../../scripts/docs/picture.ts';
import { filesWithRules } from '../../scripts/docs/rules-lists.ts';
import { rulesPage } from '../../scripts/docs/rules-page.ts';
import { explanationOf } from '../../src/judge/explain-rule.ts';
import { issueUrl } from '../../src/judge/explanation.ts';
import { RULES } from '../../src/rules/index.ts';

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const text = read('rules.md');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

test('docs/rules.md is what npm run docs makes of the rules', () => {
  expect(text).toBe(rulesPage());
});

test('docs/check.svg is what npm run docs draws, and has the verdicts of the demo', () => {
  expect(read('check.svg')).toBe(picture());
  for (const verdict of ['✖ fail', '? unknown', '⚠ warn', '✔ pass']) expect(picture()).toContain(`>${verdict}</text>`);
  expect(picture()).not.toContain('please report it');
});

test('every rule has its section, in display order, and no section is without a rule', () => {
  expect([...sections.keys()]).toEqual(RULES.map(({ id }) => id));
});

test.for(RULES.map((rule) => [rule.id, rule] as const))(
  'the section of %s gives its title, every alias, every message as it is printed, and every source',
  ([id, rule]) => {
    const section = sections.get(id);
    const { messages, sources } = explanationOf(rule);
    expect(section).toContain(rule.title);
    for (const alias of rule.aliases) expect(section).toContain(`\`${alias}\``);
    for (const message of messages) expect(section).toContain(`\n    ${message.text}\n`);
    for (const issue of sources.issues) expect(section).toContain(`[${issue}](${issueUrl(issue)})`);
  },
);

test('links within the page lead to a section', () => {
  const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(targets).not.toEqual([]);
  for (const anchor of targets) expect([...sections.keys()]).toContain(anchor);
});

test.for(Object.entries(filesWithRules()))('%s lists the rules as npm run docs has it', ([path, text]) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
});

test.for(Object.entries(indexes()))('%s lists the files beside it', ([path, text]) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
});
