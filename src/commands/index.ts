import type { Command } from '@oclif/core';
import { Check } from './check.ts';
import { Cleanup } from './cleanup.ts';
import { Completion } from './completion.ts';
import { Explain } from './explain.ts';
import { Fix } from './fix.ts';
import { Help } from './help.ts';
import { Options } from './options.ts';
import { Undo } from './undo.ts';
import { Version } from './version.ts';

/** Every command, by the word that is typed. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  check: Check,
  fix: Fix,
  undo: Undo,
  explain: Explain,
  cleanup: Cleanup,
  completion: Completion,
  help: Help,
  options: Options,
  version: Version,
};
