import { expect, test } from 'vitest';
import { flagsFirst } from '../../src/cli/flags-first.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { adviceText } from '../../src/text/advice.ts';

test.for<[typed: string[], meant: string]>([
  [['--context', 'x', 'check'], 'kubectl netprereq check --context x'],
  [['--context', 'check', 'check'], 'kubectl netprereq check --context check'],
  [['--context=x', 'check', '-o', 'wide'], 'kubectl netprereq check --context=x -o wide'],
  [['-n', 'a b', 'fix', 'node-1'], "kubectl netprereq fix -n 'a b' node-1"],
  [['--kubeconfig', "it's", 'check'], "kubectl netprereq check --kubeconfig 'it'\\''s'"],
  [['-l', '$(reboot)', 'check'], "kubectl netprereq check -l '$(reboot)'"],
  [['-v=6', 'fix', 'node-1'], 'kubectl netprereq fix -v=6 node-1'],
  [['--dry-run', 'fix', 'node-1'], 'kubectl netprereq fix --dry-run node-1'],
  [['--local', 'check'], 'kubectl netprereq check --local'],
  [['--token', 'secret', '--password=secret', 'check'], 'kubectl netprereq check --token TOKEN --password=PASSWORD'],
  [
    ['--server=https://me:secret@h', 'check', '--password', 'secret'],
    'kubectl netprereq check --server=https://me:PASSWORD@h --password PASSWORD',
  ],
  [['--server', 'https://me:secret@h', 'check'], 'kubectl netprereq check --server https://me:PASSWORD@h'],
])('%j is an error that shows the command line that was meant', ([typed, meant]) => {
  const error = flagsFirst(typed, COMMANDS);
  expect(error.message).not.toContain('secret');
  expect(error.tries.map((each) => adviceText(each))).toEqual([`the command comes first: ${meant}`]);
});

test.for<[typed: string[], meant: string]>([
  [['--context=x'], 'kubectl netprereq COMMAND --context=x'],
  [['-o', 'json'], 'kubectl netprereq COMMAND -o json'],
  [['--all-nodes', 'chekc'], 'kubectl netprereq COMMAND --all-nodes chekc'],
])('%j has no command: the error shows where it stands', ([typed, meant]) => {
  expect(flagsFirst(typed, COMMANDS).tries.map((each) => adviceText(each))).toEqual([`name a command first: ${meant}`]);
});
