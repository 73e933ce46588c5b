import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { BrokerMetrics } from '#observability';
import { AddressLimit } from './address-limit.js';
import type { CountedAttempt, FromAddress } from './counted-attempt.js';
import { FairUseOptions } from './options.js';

/** Callbacks by address; one with a known, unused `state` is not counted, and never held up. */
@Injectable()
export class CountedCallbacks {
  readonly #limit: AddressLimit;

  constructor(@Inject(FairUseOptions) options: FairUseOptions, clock: Clock, metrics: BrokerMetrics) {
    this.#limit = new AddressLimit(options.callbackPerMinute, clock, {
      sentence: 'Too many callbacks from this address had no state that is known and unused.',
      whenRefused: () => {
        metrics.requestRefused('callback');
      },
    });
  }

  begin(request: FromAddress): CountedAttempt {
    return this.#limit.begin(request);
  }
}
