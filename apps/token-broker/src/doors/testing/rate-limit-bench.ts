import { Global, Module, type Type } from '@nestjs/common';
import { Clock } from '#kernel';
import { ManualClock } from '#kernel/testing';
import { BrokerMetrics } from '#observability';
import { RecordedMetrics } from '#observability/testing';
import { RateLimitModule, RateLimitOptions } from '../rate-limit/index.js';

/** The limits of some doors, on a clock that a test moves; none where a test sets none. */
export class RateLimitBench {
  readonly clock = new ManualClock();
  readonly metrics = new RecordedMetrics();
  readonly options: RateLimitOptions;

  constructor(limits: Partial<RateLimitOptions> = {}) {
    this.options = { keyPerSecond: 0, failedAuthPerMinute: 0, callbackPerMinute: 0, ...limits };
  }

  /** To be imported beside the doors. */
  get module(): Type {
    const needs = [
      { provide: RateLimitOptions, useValue: this.options },
      { provide: Clock, useValue: this.clock },
      { provide: BrokerMetrics, useValue: this.metrics },
    ];
    @Global()
    @Module({ imports: [RateLimitModule], providers: needs, exports: needs.map(({ provide }) => provide) })
    class BenchModule {}
    return BenchModule;
  }
}
