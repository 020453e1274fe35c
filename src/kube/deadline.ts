/** A limit in time joined with the caller's own wish to stop. */
export interface Deadline {
  /** Aborted by the caller, with the caller's reason, or when the time is over. */
  signal: AbortSignal;
  /** Lifts the limit; the caller's signal goes on counting. */
  clear(): void;
}

/**
 * A deadline `ms` milliseconds from now; undefined: only the caller ends it. Unlike AbortSignal.timeout it can be lifted: until its timer
 * has run down, a signal keeps all that listens to it.
 * @param late makes the reason with which its signal is aborted when the time is over
 */
export function deadline(ms: number | undefined, late?: (ms: number) => Error, caller?: AbortSignal): Deadline {
  const limit = new AbortController();
  const timer = ms === undefined ? undefined : setTimeout(() => limit.abort(late?.(ms)), ms);
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
