import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rulesPage } from '../../scripts/docs/rules-page.ts';
import { issueUrl } from '../../src/rules/explain/explanation.ts';
import { EXPLAINED, explanationOf } from '../../src/rules/explain/index.ts';
import { RULES } from '../../src/rules/index.ts';
import { CAUSES } from '../../src/rules/rule.ts';

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

test('every rule has its section, in display order, and no section is without a rule', () => {
  expect([...sections.keys()]).toEqual(RULES.map(({ id }) => id));
  expect(EXPLAINED.toSorted()).toEqual(RULES.map(({ id }) => id).toSorted());
});

test.for(RULES.map((rule) => [rule.id, rule] as const))(
  'the section of %s gives its title, every alias, every message as it is printed, and every source',
  ([id, rule]) => {
    const section = sections.get(id);
    const { messages, sources } = explanationOf(id);
    expect(section).toContain(rule.title);
    for (const alias of rule.aliases) expect(section).toContain(`\`${alias}\``);
    for (const message of messages) expect(section).toContain(`\n    ${message.text}\n`);
    for (const issue of sources.issues) expect(section).toContain(`[${issue}](${issueUrl(issue)})`);
  },
);

test.for(RULES.map((rule) => [rule.id, rule] as const))(
  'what mends %s is what a finding of it would name: its own sysctl or module',
  ([id, rule]) => {
    const { remedy } = explanationOf(id);
    expect(rule.aliases).toContain('module' in remedy ? remedy.module : remedy.sysctl);
  },
);

test('links within the page lead to a section', () => {
  const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(targets).not.toEqual([]);
  for (const anchor of targets) expect([...sections.keys()]).toContain(anchor);
});

describe('the schema of the report gives as examples', () => {
  const { $defs } = JSON.parse(read('schema/check-report.json'));

  test('every rule', () => {
    expect($defs.finding.properties.rule.examples).toEqual(RULES.map(({ id }) => id));
  });

  test('every cause', () => {
    expect($defs.state.properties.cause.examples).toEqual(CAUSES);
  });
});
