import { expect, test } from 'vitest';
import { Document, parse } from 'yaml';
import { jsonParts, renderJson } from '../../src/report/json.ts';
import { published } from '../../src/report/published.ts';
import { jsonEscape, replaceHidden } from '../../src/report/text.ts';
import { renderYaml, yamlParts } from '../../src/report/yaml.ts';
import { worded } from '../support/worded.ts';
import { REPORTS, report } from './samples.ts';

const entries = Object.entries(REPORTS);
const asWhole = (value: object) => `${replaceHidden(JSON.stringify(value, published, 2), jsonEscape)}\n`;

test.for(entries)('%s is written as JSON.stringify does it', ([, sample]) => {
  expect(renderJson(sample)).toBe(asWhole(sample));
});

test.for([
  {},
  { list: [] },
  { deep: { deep: { deep: { deep: { deep: [[], {}] } } } } },
  { gone: undefined, null: null },
])('%j is written as JSON.stringify does it', (value) => {
  expect(renderJson(value)).toBe(asWhole(value));
});

test('what many nodes have in common is written for each of them', () => {
  const [node] = entries.map(([, sample]) => sample.nodes.find(({ findings }) => findings.length > 0)).filter(Boolean);
  if (!node) throw new Error('no sample was judged');
  const many = report(Array.from({ length: 2000 }, (_, index) => ({ ...node, name: `node-${index}` })));
  const parts = [...jsonParts(many)];
  expect(parts.join('')).toBe(asWhole(many));
  expect(parts.length).toBeGreaterThan(10);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(100_000);
});

test('YAML that is written node by node is laid out as the library lays out the whole', () => {
  const { mixed } = REPORTS;
  if (!mixed) throw new Error('no such sample');
  const options = { aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const;
  expect(renderYaml(mixed)).toBe(new Document(mixed, published, options).toString({ lineWidth: 0 }));
});

test('YAML of many nodes comes in parts, too', () => {
  const [node] = Object.values(REPORTS).flatMap(({ nodes }) => nodes.filter(({ findings }) => findings.length > 0));
  if (!node) throw new Error('no sample was judged');
  const many = report(Array.from({ length: 100 }, (_, index) => ({ ...node, name: `node-${index}` })));
  const parts = [...yamlParts(many)];
  expect(parts.length).toBeGreaterThan(100);
  expect(parse(parts.join(''))).toEqual(worded(many));
});
