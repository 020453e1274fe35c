import { writeFileSync } from 'node:fs';
import { commandsPage } from './docs/commands-page.ts';
import { rulesPage } from './docs/rules-page.ts';
import { writeRulesIndex } from './rules-index.ts';

// Straight from the sources, without a build: Node strips the types.
writeRulesIndex();
const pages = { 'rules.md': rulesPage(), 'commands.md': commandsPage() };
for (const [name, text] of Object.entries(pages)) writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
