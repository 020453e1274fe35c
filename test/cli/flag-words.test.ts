import { Command, Flags } from '@oclif/core';
import { expect, test } from 'vitest';
import { flagWords } from '../../src/cli/flag-words.ts';
import { isVerbose } from '../../src/cli/verbosity.ts';

class Demo extends Command {
  static override flags = {
    name: Flags.string({ char: 'n' }),
    group: Flags.string({ multiple: true }),
    colour: Flags.option({ options: ['red', 'green'] })(),
    colours: Flags.option({ options: ['red', 'green'], multiple: true, delimiter: ',' })(),
    quiet: Flags.boolean({ char: 'q' }),
    yes: Flags.boolean({ char: 'y' }),
  };
  async run(): Promise<void> {}
}

test.for<[string[], string[]]>([
  [
    ['demo', '--name', 'a', 'x', '--name=b'],
    ['demo', 'x', '--name=b'],
  ],
  [
    ['demo', '-n', 'a', '--name', 'b', '-n=c'],
    ['demo', '--name=c'],
  ],
  [
    ['demo', '-nfoo'],
    ['demo', '--name=foo'],
  ],
  [
    ['demo', '--name', '-q'],
    ['demo', '--name=-q'],
  ],
  [
    ['demo', '--name='],
    ['demo', '--name='],
  ],
  [
    ['demo', '--group', 'a', '--group=b'],
    ['demo', '--group=a', '--group=b'],
  ],
  [
    ['demo', '--quiet=true'],
    ['demo', '--quiet'],
  ],
  [['demo', '--quiet', '--quiet=false'], ['demo']],
  [
    ['demo', '-q', '--quiet'],
    ['demo', '--quiet'],
  ],
  [
    ['demo', '-qy'],
    ['demo', '-qy'],
  ],
  [
    ['demo', '--name', 'a', '--', '--name', 'b'],
    ['demo', '--name=a', '--', '--name', 'b'],
  ],
  [
    ['other', '--name', 'a', '--name', 'b'],
    ['other', '--name', 'a', '--name', 'b'],
  ],
])('%j becomes %j', ([argv, wanted]) => {
  expect(flagWords(argv, { demo: Demo })).toEqual(wanted);
});

test('a boolean with another value is an error', () => {
  expect(() => flagWords(['demo', '--quiet=maybe'], { demo: Demo })).toThrow(
    'invalid argument "maybe" for "--quiet" flag: must be true or false',
  );
});

test.for<[string, string]>([
  ['--unknown', 'unknown flag: --unknown'],
  ['--unknown=secret', 'unknown flag: --unknown'],
  ['--nmae=a', 'unknown flag: --nmae\n\nDid you mean this?\n\t--name\n'],
  ['-xq', "unknown shorthand flag: 'x' in -xq"],
  ['-A', "unknown shorthand flag: 'A' in -A"],
  ['--name', 'flag needs an argument: --name'],
  ['-n', "flag needs an argument: 'n' in -n"],
  ['--colour=blue', 'invalid argument "blue" for "--colour" flag: must be one of red, green'],
  ['--colours=red,blue', 'invalid argument "blue" for "--colours" flag: must be one of red, green'],
  ['--colour=?', 'invalid argument "?" for "--colour" flag: must be one of red, green'],
  ['--colour=REDD', 'invalid argument "REDD" for "--colour" flag: must be one of red, green; did you mean red?'],
  ['--colour=red', ''],
])('%s is an error that says %j', ([word, wanted]) => {
  let message: unknown;
  try {
    flagWords(['demo', word], { demo: Demo });
    message = '';
  } catch (error) {
    message = error instanceof Error && error.message;
  }
  expect(message).toBe(wanted);
});

test.for<[string[], boolean]>([
  [['check'], false],
  [['check', '-v=0'], false],
  [['check', '-v', '1'], true],
  [['check', '-v9'], true],
  [['check', '--v=6', '-v=0'], false],
  [['check', '--v'], false],
])('%j is verbose: %s', ([argv, wanted]) => {
  expect(isVerbose(argv)).toBe(wanted);
});
