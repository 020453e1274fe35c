import { writeFileSync } from 'node:fs';
import { commandsPage } from './docs/commands-page.ts';
import { rulesPage } from './docs/rules-page.ts';

// Straight from the sources, without a build: Node strips the types.
const pages = { 'rules.md': rulesPage(), 'commands.md': commandsPage() };
for (const [name, text] of Object.entries(pages)) writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
