import type { Clock } from '#kernel';
import { CountedAttempt, type FromAddress, type Refusals } from './counted-attempt.js';
import { RateLimit } from './rate-limit.js';

/** Addresses that are remembered per limit: some megabytes. */
const places = 20_000;
const minute = 60;

/** Counts the bad tries of each address. */
export class AddressLimit {
  readonly #limit: RateLimit | null;

  /** @param perMinute 0: no limit */
  constructor(
    perMinute: number,
    clock: Clock,
    private readonly refusals: Refusals,
  ) {
    const quota = { quota: perMinute, windowSeconds: minute };
    this.#limit = perMinute === 0 ? null : new RateLimit(quota, clock, places);
  }

  begin(request: FromAddress): CountedAttempt {
    return new CountedAttempt(this.#limit, request, this.refusals);
  }
}
