import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { undetermined } from '../../src/judge/reading.ts';
import { render } from '../../src/systems/render.ts';
import { systemd } from '../../src/systems/systemd.ts';
import { type Advice, isCommand } from '../../src/text/advice.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-pasted-'));
afterAll(() => rmSync(work, { recursive: true }));

/** What a shell makes of a command that somebody pastes: the arguments of the program; whatever else it does would leave a file. */
function pasted(advice: Advice | undefined): string {
  if (advice === undefined || !isCommand(advice)) throw new Error('it is no command');
  const programs = ['sysctl', 'modprobe', 'cat'].map((name) => `${name}() { printf '%s\\n' "$@"; }`).join('; ');
  const { stdout } = spawnSync('sh', ['-c', `${programs}; ${advice.run.replace(/ >>\S+$/, '')}`], {
    cwd: work,
    encoding: 'utf8',
  });
  return stdout;
}

/** Names that a node may give to its interfaces and files. */
const NAMES = ['flannel;>pwned', "flannel'>pwned'", '$(>pwned)', '`>pwned`', 'a&>pwned', 'flannel.1'];

test.each(NAMES)('the name %j in a command to paste is one word of it', (name) => {
  const key = `net.ipv4.conf.${name}.forwarding`;
  const [now, atBoot] = render(
    [
      { do: 'set-sysctl', key, to: '1' },
      { do: 'keep-sysctl', key, to: '1' },
    ],
    systemd,
  );
  expect(pasted(now)).toBe(`-w\n${key}=1\n`);
  expect(pasted(atBoot)).toBe(`${key} = 1\n`);
  const { remedy } = undetermined(key, { is: 'unreadable' }, '1');
  expect(pasted(render(remedy, systemd)[0])).toContain(name.replaceAll('.', '/'));
  expect(readdirSync(work)).toEqual([]);
});
