import type { TokenBrokerError } from '../errors.js';

export interface PatienceQuestion {
  readonly error: TokenBrokerError;
  /** How many attempts there were, at least 1. */
  readonly attempts: number;
  readonly elapsedMilliseconds: number;
  readonly maxWaitSeconds: number;
  /** At least 0, less than 1: keeps many callers from coming back in step. */
  readonly chance: number;
}

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 2_000;

/** Milliseconds to wait before the next attempt; null: there is none. */
export function pauseBeforeNext(question: PatienceQuestion): number | null {
  if (!isPassing(question.error)) return null;
  const left = question.maxWaitSeconds * 1_000 - question.elapsedMilliseconds;
  const { least, spread } = pauseOf(question);
  if (left <= 0 || least > left) return null;
  return Math.min(left, least + question.chance * spread);
}

/** Might be otherwise in a moment: no answer at all, "not now", or a proxy that has lost the broker. */
export function isPassing({ code, status }: TokenBrokerError): boolean {
  return code === 'broker_unreachable' || [429, 502, 503, 504].includes(status ?? 0);
}

function pauseOf({ error, attempts }: PatienceQuestion): { least: number; spread: number } {
  const pause = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** Math.min(attempts - 1, 10));
  return { least: Math.max(pause / 2, (error.retryAfterSeconds ?? 0) * 1_000), spread: pause / 2 };
}
