import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseJson } from '../text/structured.ts';
import { type Answer, foreignAnswer, header, KubeError, type Status, statusError } from './errors.ts';

/** No object or page that this program asks for comes near to this; what does is not an API server's. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** The body as text, gzip undone. Rejects with a KubeError above 64 MiB, counted after decompression. */
export async function readBody(body: Readable, headers: Answer['headers'], host: string): Promise<string> {
  const gzip = header(headers, 'content-encoding') === 'gzip';
  const source = gzip ? pipeline(body, createGunzip(), () => undefined) : body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) {
      body.destroy();
      throw new KubeError(`error: the answer of ${host} is larger than ${BODY_LIMIT / 1024 / 1024} MiB`, {
        code: 'ETOOBIG',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error that an answer outside of 2xx stands for. */
export function answerError(answer: Answer, host: string): KubeError {
  const value: (Status & { kind?: unknown }) | undefined = parseJson(answer.text);
  const retryAfter = header(answer.headers, 'retry-after');
  if (value?.kind === 'Status') return statusError(answer.status, value, retryAfter);
  // The API server's own, where too many requests come: one line of text.
  if (answer.status === 429 && /^text\/plain\b/.test(header(answer.headers, 'content-type') ?? '')) {
    return statusError(429, { reason: 'TooManyRequests', message: answer.text }, retryAfter);
  }
  return foreignAnswer(host, answer);
}

/** The object in an answer of status 2xx. Throws a KubeError that says what came, if it is no JSON object. */
export function answerObject(answer: Answer, host: string): Record<string, unknown> {
  const value = parseJson(answer.text);
  if (value === undefined) throw foreignAnswer(host, answer);
  return value;
}
