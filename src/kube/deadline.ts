import { timeoutError } from './errors.ts';

/** A limit in time joined with the caller's own wish to stop. */
export interface Deadline {
  /** Aborted by the caller, with the caller's reason, or when the time is over, with a KubeError. */
  signal: AbortSignal;
  /** Lifts the limit; the caller's signal goes on counting. */
  clear(): void;
}

/** A deadline `ms` milliseconds from now for an answer of `host` (host:port); undefined = only the caller ends it. */
export function deadline(host: string, ms: number | undefined, caller: AbortSignal | undefined): Deadline {
  const limit = new AbortController();
  const timer = ms === undefined ? undefined : setTimeout(() => limit.abort(timeoutError(host, ms)), ms);
  return {
    signal: caller ? AbortSignal.any([caller, limit.signal]) : limit.signal,
    clear: () => clearTimeout(timer),
  };
}

/** Settles like `pending`, or rejects with the signal's reason as soon as that is aborted, whatever `pending` does then. */
export function abortable<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  return promise;
}
