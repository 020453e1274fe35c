import type { Command } from '@oclif/core';
import { Check } from './check.ts';
import { Cleanup } from './cleanup.ts';
import { Explain } from './explain.ts';

/** Every command, by the word that is typed. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = { check: Check, explain: Explain, cleanup: Cleanup };
