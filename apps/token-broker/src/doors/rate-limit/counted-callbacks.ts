import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { AddressLimit } from './address-limit.js';
import type { CountedAttempt, FromAddress } from './counted-attempt.js';
import { RateLimitOptions } from './options.js';

/** Callbacks by address; one that leads to an exchange or a denial is not counted, and goes on beyond the limit. */
@Injectable()
export class CountedCallbacks {
  readonly #limit: AddressLimit;

  constructor(@Inject(RateLimitOptions) options: RateLimitOptions, clock: Clock, metrics: BrokerMetrics) {
    this.#limit = new AddressLimit(options.callbackPerMinute, clock, {
      sentence: 'Too many callbacks from this address had no code for a state that is known and unused.',
      whenRefused: () => {
        metrics.requestRefused('callback');
      },
    });
  }

  begin(request: FromAddress): CountedAttempt {
    return this.#limit.begin(request);
  }
}
