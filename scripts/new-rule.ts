import { existsSync, writeFileSync } from 'node:fs';
import { writeIndexes } from './docs/indexes.ts';

const [name = ''] = process.argv.slice(2);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.error('usage: npm run new-rule NAME (small letters, digits, dashes)');
  process.exit(2);
}
const variable = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const RULE = `import { atLeast } from '../judge/comparator.ts';
import { type Rule, required, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';

/** Why it is needed, in a sentence or two. */
export const ${variable}: Rule = {
  id: '${name}',
  aliases: ['net.example.key'],
  title: 'The sentence that is true when it passes',

  applies({ cni }) {
    return cni === undefined ? skip('why it is not needed here') : required('why it is');
  },

  requires: sysctl('net.example.key', atLeast(1)),

  explain: {
    when: 'half a line: where it is required',
    messages: [{ text: 'The message exactly as the program prints it', from: 'the program' }],
    symptoms: ['What else is to be seen.'],
    meaning: ['What it is, and why it goes missing.'],
    needed: [{ cluster: 'which clusters', verdict: 'required' }],
    sources: { issues: [], references: [{ title: 'where this is said', url: 'https://example.org' }] },
  },
};
`;

const TEST = `import { ${variable} } from '../../src/rules/${name}.ts';
import { value } from './facts.ts';
import { ruleTester } from './rule-tester.ts';

ruleTester(${variable}, [
  {
    name: 'passes with 1',
    node: { sysctls: { 'net.example.key': value('1') } },
    expected: { now: { verdict: 'pass' } },
  },
  {
    name: 'does not concern a node that a simpler tool takes for broken',
    misleads: 'sysctl',
    node: { sysctls: { 'net.example.key': value('0') } },
    profile: { cni: undefined },
    expected: { verdict: 'skip' },
  },
]);
`;

const files = { [`../src/rules/${name}.ts`]: RULE, [`../test/rules/${name}.test.ts`]: TEST };
for (const path of Object.keys(files)) {
  if (existsSync(new URL(path, import.meta.url))) {
    console.error(`error: ${path.slice(3)} exists already`);
    process.exit(1);
  }
}
for (const [path, text] of Object.entries(files)) writeFileSync(new URL(path, import.meta.url), text);
writeIndexes();
console.log(
  Object.keys(files)
    .map((path) => path.slice(3))
    .join('\n'),
);
console.log(
  `src/rules/zh/${name}.ts may hold its texts in Chinese: see another file there. Until then they are shown in English.`,
);
