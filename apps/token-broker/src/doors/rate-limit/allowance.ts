/** So many in so long: as many at once, and then one each time that its share of the window has passed. */
export interface Quota {
  readonly quota: number;
  readonly windowSeconds: number;
}

export interface Standing {
  readonly allowed: boolean;
  /** How many more are allowed at this moment. */
  readonly remaining: number;
  /** Until the whole quota is there again, at least 0. */
  readonly resetSeconds: number;
  /** Until one more is allowed, where it is not now. */
  readonly retryAfterSeconds: number;
}

export interface Spending {
  /** Monotonic milliseconds: all that one has to remember. */
  readonly fullAt: number;
  readonly standing: Standing;
}

/**
 * Milliseconds, or a part of a share: a window that is divided by its quota and added up again misses the whole by less,
 * also on a clock that has run for months.
 */
const tolerance = { milliseconds: 0.01, ofShare: 0.01 };

/**
 * Spends one, where one is left: the generic cell rate algorithm (ITU-T I.371), which is a bucket of tokens told by the
 * moment at which it is full again. One that was refused costs nothing: who keeps trying is let in as soon as who waits.
 *
 * @param fullAt as the last spending left it; anything in the past: the quota is untouched
 */
export function spend(fullAt: number, now: number, { quota, windowSeconds }: Quota): Spending {
  const window = windowSeconds * 1_000;
  const share = window / quota;
  const present = Math.max(fullAt, now);
  const next = present + share;
  const error = Math.min(tolerance.milliseconds, share * tolerance.ofShare);
  const allowed = next - now <= window + error;
  const end = allowed ? next : present;
  return {
    fullAt: end,
    standing: {
      allowed,
      remaining: Math.max(0, Math.floor((window - (end - now) + error) / share)),
      resetSeconds: (end - now) / 1_000,
      retryAfterSeconds: allowed ? 0 : (next - now - window) / 1_000,
    },
  };
}

/** Takes a spending back, as if it had never been. */
export function giveBack(fullAt: number, { quota, windowSeconds }: Quota): number {
  return fullAt - (windowSeconds * 1_000) / quota;
}
