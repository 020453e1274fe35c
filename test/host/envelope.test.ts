import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseApply } from '../../src/apply/outcome.ts';
import request from '../../src/apply/request.sh';
import envelope from '../../src/probe/envelope.sh';
import resolve from '../../src/probe/resolve.sh';
import words from '../../src/probe/words.sh';
import { SHELLS, titleOf } from './shells.ts';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('an answer under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);

  check.each([
    { steps: 3, told: 3 },
    { steps: 800, told: undefined },
  ])('of $steps steps fits into 4096 bytes', ({ steps, told }) => {
    const directory = mkdtempSync(join(tmpdir(), 'netprereq-answer-'));
    const out = join(directory, 'answer');
    const lines = Array.from({ length: steps }, (_, n) => `step ${n + 1} failed =${randomBytes(8).toString('hex')}`);
    const script = `${resolve}\n${words}\n${envelope}\nout=$1\n${request}\nanswers=$nl$2\nfinish changed`;
    const [file = '', ...args] = [...shell.command, '-c', script, 'netprereq', out, lines.join('\n')];
    spawnSync(file, args, { env: { PATH: shell.path }, stdio: 'ignore' });
    const message = readFileSync(out, 'utf8');
    rmSync(directory, { recursive: true });
    expect(message.length).toBeLessThanOrEqual(4096);
    const outcome = parseApply(message, steps);
    expect(outcome).toMatchObject({ outcome: 'changed' });
    expect('steps' in outcome && outcome.steps?.length).toBe(told);
  });
});
