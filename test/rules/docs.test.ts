import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from '../../src/rules/index.ts';

const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

test('every rule has its section, in display order, and no section is without a rule', () => {
  expect([...sections.keys()]).toEqual(RULES.map(({ id }) => id));
});

test.for(RULES.map((rule) => [rule.id, rule] as const))(
  'the section of %s gives its title and every alias',
  ([id, rule]) => {
    const section = sections.get(id);
    expect(section).toContain(rule.title);
    for (const alias of rule.aliases) expect(section).toContain(`\`${alias}\``);
  },
);

test('links within the page lead to a section', () => {
  const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  for (const anchor of targets) expect([...sections.keys()]).toContain(anchor);
});
