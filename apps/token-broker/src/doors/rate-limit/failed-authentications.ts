import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '#access';
import { Clock, Failure, type Attempt } from '#kernel';
import { BrokerMetrics } from '#observability';
import type { FastifyRequest } from 'fastify';
import { AddressLimit } from './address-limit.js';
import { RateLimitOptions } from './options.js';

/**
 * Bad keys by address. Beyond the limit a bad key is answered with 429, whatever is bad about it, and costs no lookup of
 * its own; a good one opens as ever, so that a service beside a misbehaving one is not held up.
 */
@Injectable()
export class FailedAuthentications {
  readonly #limit: AddressLimit;

  constructor(@Inject(RateLimitOptions) options: RateLimitOptions, clock: Clock, metrics: BrokerMetrics) {
    this.#limit = new AddressLimit(options.failedAuthPerMinute, clock, {
      sentence: 'Too many keys from this address were not valid.',
      whenRefused: () => {
        metrics.requestRefused('failed_auth');
      },
    });
  }

  /**
   * Lets in whom `authenticate` lets in. A request without any key tries nothing and does not count: it stays a 401.
   * @throws Failure `rate_limited` in place of `unauthorized` beyond the limit; else what `authenticate` throws
   */
  async counting(
    request: Pick<FastifyRequest, 'ip' | 'headers'>,
    authenticate: (attempt: Attempt) => Promise<Caller>,
  ): Promise<Caller> {
    const attempt = this.#limit.begin(request);
    try {
      const caller = await authenticate(attempt);
      attempt.refund();
      return caller;
    } catch (error) {
      const isBad = error instanceof Failure && error.code === 'unauthorized';
      if (!isBad) attempt.refund();
      else if (showsSomething(request)) attempt.charge();
      throw attempt.refusal() ?? error;
    }
  }
}

function showsSomething({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.authorization !== undefined && headers.authorization !== '';
}
