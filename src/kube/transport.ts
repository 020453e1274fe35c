import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Call } from './cluster.ts';
import type { Credential, Credentials } from './credentials.ts';
import { abortable, type Deadline, deadline } from './deadline.ts';
import { Dispatchers } from './dispatcher.ts';
import { type Answer, header, KubeError } from './errors.ts';
import type { Connection } from './kubeconfig.ts';
import { masked } from './masking.ts';
import { innermost, networkError, timeoutError } from './network-errors.ts';
import type { RequestListener } from './request-log.ts';
import { answerError, answerObject, readBody } from './response.ts';
import { backoff, type Sleep, sleep, waitAfter } from './retry.ts';

/** One call of the API. `path` is below the server's URL and has its query; `body` is sent as JSON. */
export interface ApiRequest extends Call {
  /** GET unless it is said. */
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  accept?: string;
  body?: unknown;
  /** Compressed, where the server can. Not a watch: a compressor in between would hold its events back. */
  compressed?: boolean;
}

export interface TransportOptions
  extends Pick<Connection, 'server'>,
    Partial<Pick<Connection, 'proxy' | 'requestTimeout' | 'compression'>> {
  credentials: Credentials;
  userAgent: string;
  /** Told of every attempt. */
  onRequest?: RequestListener | undefined;
  sleep?: Sleep;
}

/** Without --request-timeout, so that no wait is without an end. */
const ATTEMPT_MS = 30_000;
/** All attempts of one call together, unless it says otherwise; no new one begins later. */
const CALL_MS = 60_000;

interface Exchange extends Dispatcher.ResponseData {
  credential: Credential;
  deadline: Deadline;
}

/**
 * Requests to one API server: authenticated, bounded in time, size and number of connections, and repeated where that helps.
 * Rejects with a KubeError, or with the reason of the caller's signal.
 */
export class Transport {
  /** host:port, as messages name the server. */
  readonly host: string;
  readonly #url: URL;
  readonly #with: TransportOptions;
  readonly #dispatchers: Dispatchers;
  #closed = false;
  /** Until then, by performance.now(), no call is sent: the server has had too many, and has said so by this error. */
  #quiet: { until: number; error: KubeError } | undefined;
  #clock: { date: number; at: number } | undefined;

  constructor(options: TransportOptions) {
    this.#url = new URL(options.server);
    this.host = this.#url.host;
    this.#with = options;
    this.#dispatchers = new Dispatchers(this.#url.origin, options.proxy?.url);
  }

  /** The server's clock now, by the Date header of its latest answer (to the second); undefined before the first answer. */
  get serverTime(): Date | undefined {
    return this.#clock && new Date(this.#clock.date + (performance.now() - this.#clock.at));
  }

  /** The object that the server answers with. */
  async object(request: ApiRequest): Promise<Record<string, unknown>> {
    return answerObject(await this.#repeated(request), this.host);
  }

  /** The text that the server answers with. */
  async text(request: ApiRequest): Promise<string> {
    return (await this.#repeated(request)).text;
  }

  /**
   * Starts an answer that does not end soon, on a connection apart from those of calls. One attempt, whose time limit holds until
   * the headers are there; aborting `request.signal` ends the body at any time.
   */
  async stream(request: ApiRequest & { signal: AbortSignal }): Promise<Readable> {
    const exchange = await this.#exchange(request);
    if (exchange.statusCode >= 300) await this.#read(exchange, request.signal);
    exchange.deadline.clear();
    return exchange.body;
  }

  /** Ends every connection, and a credential plug-in that still runs. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#with.credentials.close();
    await this.#dispatchers.close();
  }

  async #repeated(request: ApiRequest): Promise<Answer> {
    const end = performance.now() + this.#limits(request).callMs;
    for (let attempt = 1; ; attempt++) {
      await this.#keepQuiet(request, end);
      try {
        return await this.#read(await this.#exchange({ ...request, compressed: true }), request.signal);
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        const wait = waitAfter(error, request.method ?? 'GET', attempt, this.#clock !== undefined);
        if (wait === undefined) throw error;
        const until = performance.now() + wait;
        if (error.status !== 429) await this.#pause(wait, error, request, end);
        // Too many requests are those of all callers. What was asked for before still holds.
        else if (until > (this.#quiet?.until ?? 0)) this.#quiet = { until, error };
      }
    }
  }

  /** Waits until the server takes calls again. */
  async #keepQuiet(request: ApiRequest, end: number): Promise<void> {
    if (!this.#quiet) return;
    const quiet = this.#quiet.until - performance.now();
    // With jitter, or all would come at once.
    if (quiet > 0) await this.#pause(quiet + backoff(1), this.#quiet.error, request, request.patience ? Infinity : end);
  }

  /** Waits before a request; rejects with the error that is why when the call ends before that, or its patience. */
  async #pause(ms: number, why: KubeError, { signal, patience }: ApiRequest, end: number): Promise<void> {
    if (performance.now() + ms > end || patience?.aborted) throw why;
    const either = [signal, patience].filter((one) => one !== undefined);
    try {
      await (this.#with.sleep ?? sleep)(ms, AbortSignal.any(either));
    } catch (error) {
      throw patience?.aborted && !signal?.aborted ? why : error;
    }
  }

  /** What one attempt may take, undefined = no limit; and after what time no new one begins. */
  #limits({ timeoutMs }: ApiRequest): { attemptMs: number | undefined; callMs: number } {
    const { requestTimeout } = this.#with;
    const given = requestTimeout === undefined ? undefined : requestTimeout * 1000;
    if (timeoutMs === undefined) {
      return { attemptMs: (given ?? ATTEMPT_MS) || undefined, callMs: Math.max(CALL_MS, given ?? 0) };
    }
    // A --request-timeout of 0 is bounded here: an interruption waits for such calls, and is not to wait for ever.
    const callMs = Math.max(timeoutMs, given === 0 ? CALL_MS : (given ?? 0));
    return { attemptMs: given || callMs, callMs };
  }

  /** The answer to its end. Rejects with a KubeError for one outside of 2xx. */
  async #read(exchange: Exchange, caller: AbortSignal | undefined): Promise<Answer> {
    const { statusCode: status, headers, body, credential, deadline } = exchange;
    try {
      const answer = { status, headers, text: await readBody(body, headers, this.host) };
      if (status < 300) return answer;
      // A debugging proxy may echo the credential.
      throw answerError({ ...answer, text: masked(answer.text, credential.secrets) }, this.host);
    } catch (error) {
      throw this.#explain(error, caller, deadline);
    } finally {
      deadline.clear();
    }
  }

  /** Sends the request and resolves with the head of the answer; a 401 is answered once with a new credential. */
  async #exchange(request: ApiRequest): Promise<Exchange> {
    const { credentials } = this.#with;
    for (let isFirst = true; ; isFirst = false) {
      // Outside of the attempt's time: a plug-in may wait for a person to log in, and has a limit of its own.
      const credential = await abortable(credentials.get(), request.signal);
      const exchange = await this.#send(request, credential);
      if (exchange.statusCode !== 401) credentials.accept(credential);
      if (exchange.statusCode !== 401 || !isFirst || !credentials.refuse(credential)) return exchange;
      exchange.deadline.clear();
      await exchange.body.dump().catch(() => undefined);
    }
  }

  async #send(request: ApiRequest, credential: Credential): Promise<Exchange> {
    const { attemptMs } = this.#limits(request);
    const limit = deadline(attemptMs, (ms) => timeoutError(this.host, ms, this.#with.proxy), request.signal);
    const options = this.#options(request, credential, limit);
    const traced = { method: options.method, url: this.#url.origin + options.path };
    const begin = performance.now();
    const elapsed = () => performance.now() - begin;
    try {
      this.#with.onRequest?.({ event: 'request', ...traced, headers: options.headers });
      const dispatcher = this.#dispatchers.get(credential.tls);
      // undici hears of an abort only when the connection has been made, hence abortable.
      const answer = await abortable(
        dispatcher.request({ ...options, headers: asBytes(options.headers) }),
        limit.signal,
      );
      const { statusCode: status, headers } = answer;
      this.#with.onRequest?.({ event: 'response', ...traced, status, milliseconds: elapsed() });
      const date = Date.parse(header(headers, 'date') ?? '');
      if (!Number.isNaN(date)) this.#clock = { date, at: performance.now() };
      return { ...answer, credential, deadline: limit };
    } catch (error) {
      limit.clear();
      const reason = this.#explain(error, request.signal, limit);
      const message = reason instanceof Error ? reason.message : String(reason);
      // What is ended by close() has not failed: something else was the reason, and was told.
      if (!this.#closed) this.#with.onRequest?.({ event: 'failure', ...traced, milliseconds: elapsed(), message });
      throw reason;
    }
  }

  #options(request: ApiRequest, credential: Credential, limit: Deadline) {
    const sends = request.body !== undefined;
    return {
      origin: this.#url.origin,
      path: this.#url.pathname.replace(/\/$/, '') + request.path,
      method: request.method ?? 'GET',
      signal: limit.signal,
      headers: {
        ...credential.headers,
        Accept: request.accept ?? 'application/json',
        'User-Agent': this.#with.userAgent,
        ...(request.compressed && this.#with.compression !== false ? { 'Accept-Encoding': 'gzip' } : {}),
        ...(sends ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(sends ? { body: JSON.stringify(request.body) } : {}),
    };
  }

  /** What to reject with: the caller's reason, our own limit, or the failure in kubectl's words. A bug stays what it is. */
  #explain(error: unknown, caller: AbortSignal | undefined, limit: Deadline): unknown {
    if (caller?.aborted) return caller.reason;
    if (limit.signal.aborted) return limit.signal.reason;
    return error instanceof KubeError || innermost(error) === undefined
      ? error
      : networkError(error, this.host, this.#with.proxy);
  }
}

/** undici writes each character as a byte, and refuses those that are more than one. Go sends what it was given: UTF-8. */
function asBytes(headers: Record<string, string | string[]>): Record<string, string[]> {
  const bytes = (value: string) => Buffer.from(value, 'utf8').toString('latin1');
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().map(bytes)]));
}
