import { Global, Module } from '@nestjs/common';
import { CountedCallbacks } from './counted-callbacks.js';
import { FailedAuthentications } from './failed-authentications.js';
import { KeyLimit } from './key-limit.js';
import { PageTurns } from './page-turns.js';

const limits = [KeyLimit, FailedAuthentications, CountedCallbacks, PageTurns];

/** What all doors count together. Requires `RateLimitOptions`, `Clock` and `BrokerMetrics` from global modules. */
@Global()
@Module({ providers: limits, exports: limits })
export class RateLimitModule {}
