import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyScript, planRequest, undoRequest, undoScript } from '../../src/remediate/script.ts';
import killPoint from './kill-point.sh';
import { BOOT_ID, FORWARDING, type NamespaceHost, now, snapshot, values } from './namespace-host.ts';

/** Set by NETPREREQ_KILL_EVERY=1: also kills before commands that only read, which takes three times as long. */
const EVERY = process.env.NETPREREQ_KILL_EVERY ?? '';

export interface Target {
  host: NamespaceHost;
  root: string;
}

const REQUESTS = {
  apply: () => planRequest({ bootId: BOOT_ID, steps: FORWARDING }, { run: 'killed', now: now(), notAfter: now() + 60 }),
  undo: () => undoRequest({ run: 'killed', now: now(), notAfter: now() + 60 }, { force: false }),
};

/** Runs a script under bash and kills it before its command number `at`. Gives whether it was killed: there are that many. */
export function killBefore(at: number, script: 'apply' | 'undo', { host, root }: Target): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-kill-'));
  const count = join(directory, 'count');
  writeFileSync(count, '');
  const text = `${killPoint}\n${script === 'apply' ? applyScript : undoScript}`;
  const args = ['netprereq', 'local', root, join(directory, 'answer'), REQUESTS[script]()];
  host.run(['setsid', '--wait', 'bash', '-c', text, ...args], { COUNT: count, KILL: `${at}`, EVERY });
  const killed = readFileSync(count, 'utf8').length >= at;
  rmSync(directory, { recursive: true });
  return killed;
}

/** Runs a fix under dash, whose write number `at` to a file ends after ten bytes, and with it the run. Gives whether it came to that. */
export function killInWrite(at: number, { host, root }: Target): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'netprereq-kill-'));
  const count = join(directory, 'count');
  const dd = [
    '#!/bin/sh',
    'case $1 in of=*) printf x >>"$COUNT" ;; esac',
    'if [ "$(wc -c <"$COUNT")" -ge "$KILL" ]; then head -c 10 >"$(echo "$1" | cut -c 4-)"; kill -9 0; fi',
    'exec /usr/bin/env PATH="$REST" dd "$@"',
  ].join('\n');
  writeFileSync(count, '');
  writeFileSync(join(directory, 'dd'), dd, { mode: 0o755 });
  const args = ['netprereq', 'local', root, join(directory, 'answer'), REQUESTS.apply()];
  const rest = `${process.env.PATH}`;
  const env = { COUNT: count, KILL: `${at}`, PATH: `${directory}:${rest}`, REST: rest };
  host.run(['setsid', '--wait', 'dash', '-c', applyScript, ...args], env);
  const killed = readFileSync(count, 'utf8').length >= at;
  rmSync(directory, { recursive: true });
  return killed;
}

/** All that a run may have changed, without the numbers that differ from run to run. */
export function state({ host, root }: Target): string {
  const files = Object.entries(snapshot(root)).map(([path, what]) => `${path}: ${what}`.replaceAll(/\d{2,}/g, '#'));
  return [...files, values(host)].join('\n');
}
