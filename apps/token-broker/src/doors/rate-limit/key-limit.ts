import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '#access';
import { Clock } from '#kernel';
import { BrokerMetrics } from '#observability';
import type { FastifyReply } from 'fastify';
import { RateLimitOptions } from './options.js';
import { RateLimit } from './rate-limit.js';
import { rateLimited } from './rate-limited.js';
import type { Quota, Standing } from './allowance.js';

const noFields = {};
/** Only good keys take a place. */
const places = 10_000;

/** Requests by service key. The admin key of the configuration is none, and has no limit. */
@Injectable()
export class KeyLimit {
  readonly #limit: RateLimit | null;
  readonly #fields: RateLimitFields;

  constructor(
    @Inject(RateLimitOptions) { keyPerSecond }: RateLimitOptions,
    clock: Clock,
    private readonly metrics: BrokerMetrics,
  ) {
    const quota = { quota: keyPerSecond, windowSeconds: 1 };
    this.#limit = keyPerSecond === 0 ? null : new RateLimit(quota, clock, places);
    this.#fields = new RateLimitFields('key', quota);
  }

  /**
   * Counts a request of the caller, and tells it on the answer, whatever that will be, how it stands.
   * @throws Failure `rate_limited`
   */
  spend({ keyId }: Caller, reply: Pick<FastifyReply, 'headers'>): void {
    if (this.#limit === null || keyId === null) return;
    const standing = this.#limit.spend(keyId);
    void reply.headers(this.#fields.of(standing));
    if (standing.allowed) return;
    this.metrics.requestRefused('key');
    throw rateLimited(standing, 'This key sends more requests than it may.');
  }

  /**
   * For a short cut: counts a request, and gives the fields of its answer, none where there is no limit. Null: it may not
   * be answered, and was not counted; `spend` says so.
   */
  take({ keyId }: Caller): Readonly<Record<string, string>> | null {
    if (this.#limit === null || keyId === null) return noFields;
    const standing = this.#limit.spend(keyId);
    return standing.allowed ? this.#fields.of(standing) : null;
  }

  /** A request that was counted by `take` goes the ordinary way after all, where it counts again. */
  giveBack({ keyId }: Caller): void {
    if (keyId !== null) this.#limit?.giveBack(keyId);
  }
}

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
