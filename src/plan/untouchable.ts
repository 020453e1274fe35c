import { isGlob } from '../boot/glob.ts';
import { pathOfKey, systemdLine } from '../boot/sysctl-lines.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { isModuleName } from '../facts/request.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';
import { run } from '../text/advice.ts';
import { journalRecords, textOf } from './journal.ts';
import type { Refusal, Step } from './plan.ts';
import { refusalRemedy } from './refusals.ts';

/** Why these steps must not be taken on a node, for what earlier runs have left there or for what they would write; undefined: they may. */
export function untouchable(steps: readonly Step[], { owned }: NodeFacts, node: string): Refusal | undefined {
  const refuse = (code: string, reason: string): Refusal => {
    return { node, reason, remedy: refusalRemedy({ code, reason }, { command: 'fix', target: node }) };
  };
  const invalid = steps.map(whyInvalid).find((why) => why !== undefined);
  if (invalid !== undefined) return refuse('invalid', invalid);
  if (!owned) {
    const reason = "the files of earlier fixes were not read: the node's answer was truncated";
    return { node, reason, remedy: ['In a root shell on the node:', run('kubectl-netprereq fix --local')] };
  }
  const records = journalRecords(owned);
  if ('code' in records) return refuse(records.code, records.reason);
  if (records.some(({ kind }) => kind === 'undo')) {
    return refuse('undo', 'an undo has started here and has not finished: run undo again first');
  }
  const path = steps.flatMap(fileOf).find((file) => {
    const content = owned.files[file] ?? '?';
    // No shell can hold a NUL: it would be lost.
    return content !== '-' && textOf(content)?.includes('\0') !== false;
  });
  if (path === undefined) return undefined;
  return {
    node,
    reason: `${path} is not a plain file: something replaced it`,
    remedy: [run(`ls -l ${path}`)],
  };
}

/** The file that a step writes. */
function fileOf(step: Step): string[] {
  switch (step.do) {
    case 'keep-sysctl':
      return [SYSCTL_FILE];
    case 'keep-module':
      return [MODULES_FILE];
    case 'write-file':
      return [step.path];
    case 'load-module':
    case 'set-sysctl':
      return [];
  }
}

/** What is wrong with a step itself. A line of our file must mean to systemd what it says, and stay one line. */
function whyInvalid(step: Step): string | undefined {
  switch (step.do) {
    case 'write-file':
      return /^(?:\/(?!\.{0,2}(?:\/|$))[\w.@+-]+)+$/.test(step.path)
        ? undefined
        : 'fix cannot write a file of this name';
    case 'keep-module':
    case 'load-module':
      return isModuleName(step.module.replaceAll('-', '_')) && !step.module.startsWith('-')
        ? undefined
        : `no module can be named ${step.module}`;
    case 'set-sysctl':
      return undefined;
    case 'keep-sysctl': {
      const { key, after } = step;
      const line = systemdLine(`${key} = ${after}`);
      if (line?.path !== pathOfKey(key) || isGlob(key) || /[\p{Cc}\s=]/u.test(key)) {
        return 'a key cannot be written into a file of sysctl.d';
      }
      const plain = line.value === after.trim() && !/\p{Cc}/u.test(after.replaceAll('\t', ' '));
      return plain ? undefined : 'a value cannot be written into a file of sysctl.d';
    }
  }
}
