import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CheckError } from '../errors.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { parseFacts } from '../facts/parse.ts';
import type { FactsRequest } from '../facts/request.ts';
import { stripScript } from './embed.ts';
import { refusal } from './envelope.ts';
import { probeScript } from './script.ts';

const DEADLINE_MS = 10_000;
const OUTPUT_LIMIT = 4 * 1024 * 1024;
const CANNOT = "cannot read this host's settings";

export interface LocalProbe {
  readonly signal?: AbortSignal;
  /** What to read. */
  readonly request: FactsRequest;
}

/**
 * What this host tells about itself, by the same script that runs on nodes. Needs no root: what only root may read is
 * unknown. Rejects on anything but Linux, without sh or another program that the script demands, after 10 seconds, and with the signal's
 * reason when aborted.
 */
export async function probeLocal(options: LocalProbe): Promise<NodeFacts> {
  if (process.platform !== 'linux') {
    throw new CheckError(`--local reads a Linux kernel's settings, and this host runs ${process.platform}`);
  }
  const { request } = options;
  const answer = await run(stripScript(probeScript(request)), options.signal);
  const lack = refusal(answer);
  if (lack !== undefined) throw new CheckError(`${CANNOT}: ${lack}`);
  return parseFacts(answer, request);
}

async function run(script: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', script, 'netprereq', 'local'], {
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_LIMIT,
      ...(signal && { signal }),
    });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    const late = error instanceof Error && 'killed' in error && error.killed === true;
    const reason = late ? `no answer within ${DEADLINE_MS / 1000} seconds` : String(error);
    throw new CheckError(`${CANNOT}: ${reason}`, { cause: error });
  }
}
