import type { Container } from './objects.ts';

/**
 * Something that goes wrong, as data. A fault applies to every request that it matches, after `skip` of them and at most
 * `times` times (default: always). Several faults may apply to one request.
 */
export type Fault = FaultMatch & FaultEffect;

export interface FaultMatch {
  /** HTTP method; default: any. */
  method?: string;
  /** A regular expression, as text or object, that path and query (/api/v1/nodes?limit=250) have to match. */
  path?: string | RegExp;
  skip?: number;
  times?: number;
}

export type FaultEffect =
  /**
   * The server answers so without doing anything, or (`when: 'after'`) although it has done it. 429 comes as plain text with Retry-After
   * (seconds, default 1).
   */
  | {
      effect: 'status';
      code: number;
      message?: string;
      reason?: string;
      retryAfter?: number;
      when?: 'before' | 'after';
    }
  /** A proxy in between answers with a page. */
  | { effect: 'html'; code: number; body?: string }
  /** The connection is reset: before the server has acted, or after it has, so that only the answer is lost. */
  | { effect: 'reset'; when: 'before' | 'after' }
  | { effect: 'delay'; ms: number; when: 'before' | 'after' }
  /** Only so many bytes of the body arrive of an answer, then the connection breaks; not for watches. */
  | { effect: 'truncate'; bytes: number }
  /** The body arrives in pieces of so many bytes, one each 10 ms; not for watches. */
  | { effect: 'slow'; bytes: number }
  /**
   * A watch ends after so many events and milliseconds, whichever comes first; `how`: reset, as if it timed out, in the middle of an event,
   * or not at all: it only says nothing any more.
   */
  | { effect: 'drop-watch'; events?: number; ms?: number; how: 'reset' | 'end' | 'torn' | 'silent' }
  /** Each so many-th event of a watch is lost, comes twice, or comes after the next one. */
  | { effect: 'disorder'; every: number; how: 'lost' | 'twice' | 'late' }
  /** A watch gets an ERROR event of code 410, and the continuation of a list a 410. */
  | { effect: 'gone' }
  | MutateFault
  /** A validating webhook denies a pod. */
  | { effect: 'deny'; webhook: string; message: string; code?: number }
  /** Pod Security with this level, whatever the namespace's label says. */
  | { effect: 'pod-security'; level: 'baseline' | 'restricted' }
  /** A ResourceQuota named so is used up. */
  | { effect: 'quota'; quota: string; used: number; hard: number };

/** A mutating webhook changes a pod that is created. */
export interface MutateFault {
  effect: 'mutate';
  strip?: readonly ('hostNetwork' | 'hostPID' | 'privileged')[];
  sidecar?: Container;
  /** Replaces the registry of every image. */
  registry?: string;
}

export type Effect<Name extends FaultEffect['effect']> = Extract<FaultEffect, { effect: Name }>;

/** The effects that apply to one request. */
export type Effects = readonly FaultEffect[];

/** The first effect of this name, if any. */
export function effectOf<Name extends FaultEffect['effect']>(effects: Effects, name: Name): Effect<Name> | undefined {
  return effects.find((effect): effect is Effect<Name> => effect.effect === name);
}

/** Counts matches per fault. The array may grow while the server runs. */
export function faultMatcher(faults: readonly Fault[]): (method: string, pathAndQuery: string) => Effects {
  const seen = new Map<Fault, number>();
  return (method, pathAndQuery) =>
    faults.filter((fault) => {
      if (fault.method !== undefined && fault.method !== method) return false;
      if (fault.path !== undefined && !new RegExp(fault.path).test(pathAndQuery)) return false;
      const before = seen.get(fault) ?? 0;
      seen.set(fault, before + 1);
      const skip = fault.skip ?? 0;
      return before >= skip && before < skip + (fault.times ?? Number.POSITIVE_INFINITY);
    });
}
