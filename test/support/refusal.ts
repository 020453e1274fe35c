import { expect } from 'vitest';
import { ended, type Result, startNetprereq } from './command.ts';
import type { StandIn } from './stand-in.ts';

/** What an error must say: the words of what went wrong and why first, then what to type. */
export type Told = readonly (string | RegExp)[];

/** Asserts how the command ends when nothing could be checked: exit code 2, nothing on stdout, these words and no stack on stderr. */
export function expectRefusal({ code, stdout, stderr }: Result, told: Told): void {
  expect([code, stdout], stderr).toEqual([2, '']);
  expect(stderr).toMatch(/^(error: |Error |The connection to the server |Unable to connect to the server: )/);
  for (const words of told) expect(stderr).toMatch(words);
  expectPlain(stderr);
}

/** Asserts that a text for people has neither a stack in it nor anything that moves a terminal's cursor. */
export function expectPlain(text: string): void {
  expect(text).not.toMatch(/^\s+at \S/m);
  expect(text).not.toMatch(/\bfile:\/\/|\.mjs:\d+|node:internal/);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
}

/** Asserts that no pod was created, or that every one that was is gone. */
export function expectNoPods(standIn: StandIn | undefined): void {
  expect(standIn?.pods().map(({ metadata }) => metadata.name) ?? []).toEqual([]);
}

/** Runs the built command with this environment and no other, but for what finds the programs. */
export function netprereqWithOnly(args: readonly string[], env: Record<string, string>): Promise<Result> {
  const child = startNetprereq(args, env, { PATH: process.env.PATH ?? '' });
  return ended(child);
}
