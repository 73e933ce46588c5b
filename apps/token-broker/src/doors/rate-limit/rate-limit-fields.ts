import type { Quota, Standing } from './allowance.js';

/**
 * `RateLimit-Policy` and `RateLimit` as structured fields (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): the
 * quota `q` in a window of `w` seconds; `r` that remain, and the `t` seconds until all are there again.
 */
export class RateLimitFields {
  readonly #name: string;
  readonly #policy: string;

  /** @param policy lower case letters: nothing that a structured field would have to escape */
  constructor(policy: string, { quota, windowSeconds }: Quota) {
    this.#name = `"${policy}"`;
    this.#policy = `${this.#name};q=${String(quota)};w=${String(windowSeconds)}`;
  }

  of({ remaining, resetSeconds }: Standing): Record<string, string> {
    return {
      'ratelimit-policy': this.#policy,
      ratelimit: `${this.#name};r=${String(remaining)};t=${String(Math.ceil(resetSeconds))}`,
    };
  }
}
