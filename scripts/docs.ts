import { writeFileSync } from 'node:fs';
import { writeIndexes } from './docs/indexes.ts';

// Straight from the sources, without a build: Node strips the types. The index comes first, because all else is made of it.
writeIndexes();
const [{ commandsPage }, { rulesPage }, { filesWithRules }, { picture }] = await Promise.all([
  import('./docs/commands-page.ts'),
  import('./docs/rules-page.ts'),
  import('./docs/rules-lists.ts'),
  import('./docs/picture.ts'),
]);
const files = {
  ...filesWithRules(),
  'docs/rules.md': rulesPage(),
  'docs/commands.md': commandsPage(),
  'docs/check.svg': picture(),
};
for (const [path, text] of Object.entries(files)) writeFileSync(new URL(`../${path}`, import.meta.url), text);
