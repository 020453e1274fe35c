import { type ExecFileException, execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { CheckError } from '../errors.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { parseFacts } from '../facts/parse.ts';
import type { FactsRequest } from '../facts/request.ts';
import { excerpt } from '../text/excerpt.ts';
import { stripScript } from './embed.ts';
import { refusal } from './envelope.ts';
import { probeScript } from './script.ts';

const DEADLINE_MS = 10_000;
const OUTPUT_LIMIT = 4 * 1024 * 1024;

export interface LocalProbe {
  readonly signal?: AbortSignal;
  /** What to read. */
  readonly request: FactsRequest;
  /** The root directory of an image, absolute and without links: of it the files are read, and of this host nothing. */
  readonly image?: string | undefined;
}

/**
 * What this host, or an image in one of its directories, tells about itself, by the same script that runs on nodes. Needs no root: what
 * only root may read is unknown. Rejects on anything but Linux, without sh or another program that the script demands, after 10 seconds,
 * and with the signal's reason when aborted.
 */
export async function probeLocal({ request, image, signal }: LocalProbe): Promise<NodeFacts> {
  const [flag, what] = image === undefined ? ['--local', "this host's settings"] : ['--root', "the image's files"];
  if (process.platform !== 'linux') {
    throw new CheckError(`${flag} works on Linux only, and this host runs ${process.platform}`);
  }
  const cannot = (reason: string, cause?: unknown) => new CheckError(`cannot read ${what}: ${reason}`, { cause });
  const script = stripScript(probeScript(request));
  const [mode, root] = image === undefined ? ['local', ''] : ['image', image === '/' ? '' : image];
  const answer = await run(['-c', script, 'netprereq', mode, root, '', randomUUID()], cannot, signal);
  const lack = refusal(answer);
  if (lack !== undefined) throw cannot(lack);
  return parseFacts(answer, request);
}

async function run(
  args: readonly string[],
  cannot: (reason: string, cause: unknown) => Error,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('sh', args, {
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_LIMIT,
      ...(signal && { signal }),
    });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw cannot(failureOf(error as ExecFileException), error);
  }
}

/** Why there is no answer; Node's own message would be the whole script. */
function failureOf({ code, killed, signal, stderr = '' }: ExecFileException): string {
  if (code === 'ENOENT') return 'there is no sh on the PATH';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'the answer is larger than any real one';
  if (killed) return `no answer within ${DEADLINE_MS / 1000} seconds`;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return `sh ended with ${signal ?? `exit code ${code}`}${last === '' ? '' : `: ${excerpt(last, 200)}`}`;
}
