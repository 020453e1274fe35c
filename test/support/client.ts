import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';

const certificates = new URL('../fixtures/tls/', import.meta.url);
const ca = readFileSync(new URL('ca.pem', certificates));

export interface CallOptions {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Default: the administrator's; null: no credential. */
  token?: string | null;
  /** A client certificate. */
  certificate?: { cert: Buffer; key: Buffer };
}

export interface Reply {
  status: number;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
}

/** One plain request to a stand-in, without any of a client library's cleverness. Rejects when the connection breaks. */
export async function call(url: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const response = await open(url, path, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) };
}

/** The same, for an answer in JSON. */
export async function callJson<T>(url: string, path: string, options: CallOptions = {}): Promise<T> {
  return JSON.parse((await call(url, path, options)).bytes.toString()) as T;
}

export interface WatchEvent<T> {
  type: string;
  object: T;
}

/** The events of a watch, until the server or the consumer ends it. Rejects when the connection breaks. */
export async function* watchEvents<T>(url: string, path: string): AsyncGenerator<WatchEvent<T>> {
  const response = await open(url, path, {});
  try {
    for await (const line of createInterface(response)) yield JSON.parse(line) as WatchEvent<T>;
    // readline ends quietly when its input breaks off.
    if (!response.complete) throw new Error('the watch was cut off');
  } finally {
    response.destroy();
  }
}

function open(url: string, path: string, options: CallOptions): Promise<IncomingMessage> {
  const { method = 'GET', body, headers = {}, token = 'stand-in-admin', certificate } = options;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      `${url}${path}`,
      {
        method,
        ca,
        ...certificate,
        agent: false,
        headers: {
          'user-agent': 'test/1',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          // The length too: node sends a DELETE's body without it, and then there is none.
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      resolve,
    );
    request.once('error', reject);
    request.end(text);
  });
}
