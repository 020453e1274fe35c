import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import envelope from '../../src/apply/envelope.sh';
import { parseApply } from '../../src/apply/outcome.ts';
import words from '../../src/apply/words.sh';
import resolve from '../../src/probe/resolve.sh';
import { SHELLS, titleOf } from './shells.ts';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))('an answer under $title', ({ shell }) => {
  const check = test.skipIf(shell.missing !== undefined);

  check.each([
    { sides: 3, dropped: [] },
    { sides: 300, dropped: ['side'] },
  ])('of $sides interfaces fits into 4096 bytes', ({ sides, dropped }) => {
    const directory = mkdtempSync(join(tmpdir(), 'netprereq-answer-'));
    const out = join(directory, 'answer');
    const names = Array.from({ length: sides }, () => randomBytes(8).toString('hex').slice(1));
    const text = [
      'np-apply 1',
      'outcome changed',
      'step 1 done =0 =1 =',
      ...names.map((name) => `side net/ipv4/conf/${name}/forwarding =0 =1`),
    ].join('\n');
    const script = `${resolve}\n${words}\n${envelope}\nout=$1\ndeliver "$2" side step`;
    const [file = '', ...args] = [...shell.command, '-c', script, 'netprereq', out, text];
    spawnSync(file, args, { env: { PATH: shell.path }, stdio: 'ignore' });
    const message = readFileSync(out, 'utf8');
    rmSync(directory, { recursive: true });
    expect(message.length).toBeLessThanOrEqual(4096);
    const outcome = parseApply(message);
    expect(outcome).toMatchObject({
      outcome: 'changed',
      steps: [{ status: 'done', before: '0', after: '1' }],
      dropped,
    });
    expect(outcome).toHaveProperty('sideEffects.length', dropped.length > 0 ? 0 : sides);
  });
});
