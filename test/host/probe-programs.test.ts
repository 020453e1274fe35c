import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { DEBIAN, MODULES, nodeTree } from './node-tree.ts';
import { PROBE_SCRIPT, runProbe } from './run-probe.ts';
import { SHELLS, type Shell, titleOf } from './shells.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-programs-'));
afterAll(() => rmSync(work, { recursive: true }));

const DEMANDED = ['awk', 'grep', 'head', 'od', 'readlink', 'sort', 'tr', 'uname'];
const ALL = [...DEMANDED, 'base64', 'cksum', 'find', 'gunzip', 'gzip', 'ls'];

// The probe looks where every system has its programs, too; here only the PATH counts.
const TEXT = PROBE_SCRIPT.replace(/^PATH=.*$/m, '');

/** Runs the probe where there are these programs and no others: what it prints, and the answer that it leaves in a file. */
function runWith(shell: Shell, programs: readonly string[], { mode = 'local', toFile = true } = {}) {
  using node = nodeTree({
    ...DEBIAN,
    [`${MODULES}/modules.dep`]: 'kernel/net/bridge/br_netfilter.ko:\n',
    '/lib/modules/5.10.0/x': '',
    '/lib/modules/5.9.0/x': '',
    '/etc/systemd/system/a.service': '[Service]\nExecStart=modprobe br_netfilter\n',
    '/etc/sysctl.d/b r.conf': { link: 'ä' },
  });
  const path = mkdtempSync(join(work, 'bin-'));
  for (const program of [...shell.command, ...programs]) {
    const directory = shell.path.split(delimiter).find((each) => existsSync(join(each, program)));
    symlinkSync(join(`${directory}`, program), join(path, program));
  }
  const output = toFile ? join(path, 'answer') : '';
  const log = runProbe({ ...shell, path }, { mode, root: node.root, output, text: TEXT });
  return { log, answer: toFile ? readFileSync(output, 'latin1') : '' };
}

function factsWith(shell: Shell, programs: readonly string[]) {
  const opened = openEnvelope(runWith(shell, programs).answer);
  if ('problem' in opened) throw new Error(opened.problem);
  const { boot, kernel, ...facts } = parseFacts(opened.text, SWITCHES_REQUEST);
  const { mentions, wantedUnits, ...files } = boot;
  // Where it cannot be unpacked (GNU's gunzip needs gzip), another file may have it.
  const { config: _, ...running } = kernel;
  return { ...facts, kernel: running, boot: files, units: { mentions, wantedUnits } };
}

const without = (...programs: string[]) => ALL.filter((each) => !programs.includes(each));
const lacks = (what: string) => ({ problem: `the probe could not run: there is no ${what} here` });

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('the probe under $title', ({ shell }) => {
  const own = shell.name === 'busybox';
  const reason = own ? ' (skipped: busybox has them all, whatever the PATH holds)' : '';
  const check = test.skipIf(own || shell.missing !== undefined);

  check.each(DEMANDED)(`judges nothing by what it finds without %s, and names it${reason}`, (program) => {
    const { answer, log } = runWith(shell, without(program));
    expect(openEnvelope(answer)).toEqual(lacks(program));
    expect(log).toBe('');
  });

  check(`says so on its standard output where that gets the answer, of all that is missing${reason}`, () => {
    const { log } = runWith(shell, without('grep', 'awk', 'gzip', 'cksum'), { toFile: false });
    expect(log).toBe('np1 error there is no awk grep here\n');
  });

  check(`wants gzip or cksum for an answer in an envelope${reason}`, () => {
    expect(openEnvelope(runWith(shell, without('gzip', 'cksum')).answer)).toEqual(lacks('gzip'));
  });

  check(`wants ls only where it compares network namespaces by it${reason}`, () => {
    expect(openEnvelope(runWith(shell, without('ls'), { mode: 'host' }).answer)).toEqual(lacks('ls'));
  });

  check(`says the same without what it can do without, and runs nothing else${reason}`, () => {
    const all = factsWith(shell, ALL);
    expect(all.kernel.installed).toEqual(expect.arrayContaining(['5.10.0', '5.9.0']));
    expect(all.units.mentions?.map(({ path }) => path)).toEqual(['/etc/systemd/system/a.service']);
    for (const spare of ['ls', 'gzip', 'cksum', 'base64', 'gunzip']) {
      expect(factsWith(shell, without(spare))).toEqual(all);
    }
    expect(factsWith(shell, without('find'))).toEqual({ ...all, units: {} });
  });
});
